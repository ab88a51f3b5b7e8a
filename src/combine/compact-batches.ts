import type { Schema, Table } from 'apache-arrow';
import {
  type Batch,
  concatData,
  createArena,
  hasOffsets,
  namingColumn,
  sideBySide,
  tableOf,
} from '../arrow/index.js';
import { unifyBatchDictionaries } from './dictionaries.js';

/** Batches of fewer rows than this are joined with their neighbours. */
const SMALL_ROWS = 16_384;
/** A joined batch is complete with this many rows. */
const ENOUGH_ROWS = 131_072;
/**
 * A joined batch has no more bytes of strings and lists than this, which is far below the limit of their
 * offsets.
 */
const MAX_BYTES = 256 * 2 ** 20;

/**
 * Columns that lie side by side in one memory are not copied if they are at least this part of it: a few rows
 * must not keep the memory of all.
 */
const LEAST_PART = 1 / 2;

/**
 * Makes a table of the batches. Large batches are not copied; runs of small ones are joined, since each batch
 * makes every later read of the table slower.
 */
export function compactBatches(given: Schema, givenBatches: readonly Batch[], maxBytes = MAX_BYTES): Table {
  const { schema, batches } = unifyBatchDictionaries(given, givenBatches);
  const out: Batch[] = [];
  let run: Batch[] = [];
  let runRows = 0;
  let runBytes = 0;
  const numRows = batches.reduce((sum, batch) => sum + batch.numRows, 0);
  const flush = () => {
    if (run.length > 0) out.push(run.length === 1 ? run[0] : join(schema, run, runRows, numRows / runRows));
    run = [];
    runRows = 0;
    runBytes = 0;
  };
  for (const batch of batches) {
    if (batch.numRows >= SMALL_ROWS) {
      flush();
      out.push(batch);
      continue;
    }
    const bytes = countedBytes(batch);
    if (runBytes + bytes > maxBytes) flush();
    run.push(batch);
    runRows += batch.numRows;
    runBytes += bytes;
    if (runRows >= ENOUGH_ROWS) flush();
  }
  flush();
  return tableOf(schema, out);
}

/** Returns the bytes of columns with offsets: strings, lists, and what has them inside. */
function countedBytes({ columns }: Batch): number {
  let bytes = 0;
  for (const data of columns) if (hasOffsets(data)) bytes += data.byteLength;
  return bytes;
}

/** Joins batches. All batches of the table together have `parts` times as many rows. */
function join(schema: Schema, batches: readonly Batch[], numRows: number, parts: number): Batch {
  const allocate = createArena();
  const columns = schema.fields.map(({ name, type }, k) => {
    const chunks = batches.map((batch) => batch.columns[k]);
    return namingColumn(
      name,
      () => sideBySide(chunks, parts / LEAST_PART) ?? concatData(type, chunks, allocate),
    );
  });
  return { schema, numRows, columns };
}
