import assert from 'node:assert/strict';
import { Table, tableFromIPC, type Vector } from 'apache-arrow';
import { type AnyTable, ApplyError, applyParallel, groupby } from 'apply-parallel';
import { cellsOf, chunksOf, typeName } from '../support/cells.js';
import type { Answer, OracleCase } from './case.js';
import { functions } from './functions.js';

/** How far the columns that a function calls approximate may be off: `tolerance * max(1, |a|, |b|)`. */
const TOLERANCE = 1e-9;

/** Runs the case here and compares: undefined where both sides agree, else what differs. */
export async function mismatch(oracleCase: OracleCase, answer: Answer): Promise<string | undefined> {
  if (answer.failure) return `pandas failed: ${answer.failure}`;
  const input = tableFromIPC(oracleCase.input);
  try {
    const actual = await run(oracleCase, input);
    if (answer.error) return `expected ${answer.error}, got a frame of ${actual.numRows} rows`;
    assertSame(
      actual,
      tableFromIPC(answer.expected as Uint8Array),
      functions[oracleCase.spec.function].approximate,
    );
    assertSame(input, tableFromIPC(oracleCase.input), []);
  } catch (error) {
    const { message, stack } = error as Error;
    if (error instanceof assert.AssertionError) return message;
    if (answer.error && error instanceof ApplyError && error.code === answer.error) return undefined;
    return `failed here: ${stack}`;
  }
}

/** What this package makes of a case. */
async function run({ spec }: OracleCase, input: AnyTable): Promise<AnyTable> {
  const { columns, same } = functions[spec.function];
  const { params, how } = spec;
  const grouped = groupby(rebatched(input, spec.batchRows), spec.by, spec.options);
  if (spec.form === 'columns' && columns) {
    return applyParallel(grouped, (group) => columns(group, params as never), {
      ...how,
      input: 'columns',
      output: 'arrow',
    });
  }
  if (same) return applyParallel(grouped, (group) => same(group, params as never), how);
  throw new Error(`${spec.function} has no ${spec.form} form`);
}

/** The same rows in record batches of `size` rows. */
function rebatched(table: AnyTable, size: number): AnyTable {
  const count = Math.ceil(table.numRows / size);
  if (count < 2) return table;
  const slices = Array.from({ length: count }, (_, k) => table.slice(k * size, (k + 1) * size));
  return new Table(slices.flatMap((slice) => slice.batches));
}

/**
 * The same columns in the same order, of the same types, equal to the last bit but where they are
 * approximate.
 */
function assertSame(actual: AnyTable, expected: AnyTable, approximate: readonly string[] = []): void {
  const typesOf = ({ schema }: AnyTable) =>
    schema.fields.map(({ name, type }) => `${name}: ${typeName(type)}`);
  assert.deepEqual(typesOf(actual), typesOf(expected));
  assert.equal(actual.numRows, expected.numRows, 'rows');
  expected.schema.fields.forEach(({ name }, k) => {
    if (approximate.includes(String(name))) assertClose(name, actual.getChildAt(k), expected.getChildAt(k));
    else assert.deepEqual(cellsOf(chunksOf(actual, k)), cellsOf(chunksOf(expected, k)), `column ${name}`);
  });
}

function assertClose(name: unknown, actual: Vector | null, expected: Vector | null): void {
  const wanted = [...(expected as Vector)] as (number | null)[];
  const isClose = (a: number | null, b: number | null): boolean =>
    a === null || b === null
      ? a === b
      : Object.is(a, b) || Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(a), Math.abs(b));
  [...(actual as Vector)].forEach((value, row) => {
    assert.ok(
      isClose(value, wanted[row]),
      `column ${name}, row ${row}: got ${value}, expected ${wanted[row]}`,
    );
  });
}
