import assert from 'node:assert/strict';
import { Dictionary, Int8, type Int32, Table, Utf8, Vector, vectorFromArray } from 'apache-arrow';
import { type ApplyError, type ApplyOptions, applyParallel, groupby } from 'apply-parallel';

export type Columns = { [name: string]: Vector | ArrayLike<unknown> | undefined };

/** A table of vectors and typed arrays. */
export const frameOf = (columns: {
  [name: string]: Vector | Int32Array | Int16Array | Float64Array;
}): Table =>
  new Table(
    Object.fromEntries(
      Object.entries(columns).map(([name, column]) => [
        name,
        column instanceof Vector ? column : (vectorFromArray(column as Int32Array) as Vector),
      ]),
    ),
  );

/** The rows of a column. */
export const values = (table: Table, name: string): unknown[] => [...(table.getChild(name) ?? [])];
export const typesOf = (table: Table): string[] =>
  table.schema.fields.map(({ name, type }) => `${name}: ${type}`);
export const category = (names: (string | null)[], index: Int8 | Int32 = new Int8()) =>
  vectorFromArray(names, new Dictionary(new Utf8(), index));

/** Calls a function that returns `results[k]` for group k, and gives the whole. */
export function resultsOf(
  results: readonly (Columns | null)[],
  options: ApplyOptions<'columns', 'arrow'> = {},
): Promise<Table> {
  const frame = frameOf({ k: Int32Array.from(results, (_, k) => k) });
  return applyParallel(groupby(frame, 'k'), (_, { index }) => results[index], {
    input: 'columns',
    output: 'arrow',
    nJobs: 1,
    ...options,
  });
}

/** The column y that results with these columns make. */
export async function joined(
  ...columns: (Vector | ArrayLike<unknown>)[]
): Promise<{ type: string; values: unknown[] }> {
  const out = await resultsOf(columns.map((y) => ({ y })));
  return { type: String(out.getChild('y')?.type), values: values(out, 'y') };
}

export async function refused(
  results: readonly Columns[],
  message: RegExp,
  options?: ApplyOptions<'columns', 'arrow'>,
) {
  await assert.rejects(resultsOf(results, options), (error: ApplyError) => {
    assert.equal(error.code, 'ERR_SCHEMA_MISMATCH');
    assert.match(error.message, message);
    return true;
  });
}
