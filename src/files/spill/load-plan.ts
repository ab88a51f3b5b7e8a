import { Schema } from 'apache-arrow';
import { type Batch, describeSchema, reportToGc, reviveData, reviveType } from '../../arrow/index.js';
import { type BucketPlan, loadColumn } from './chunk-reader.js';
import { createLoadKernel, type LoadedColumn, loadKernelSource } from './load-kernel.js';
import type { FileOpener } from './open-files.js';
import { runUnits } from './run-units.js';
import { bytesOfStored } from './stored-data.js';

/** How to read a plan. */
export interface LoadOptions {
  /** Threads; 0 for this one. */
  readonly workers: number;
  readonly signal: AbortSignal;
  /** Opens the files where this thread reads. */
  readonly opener?: FileOpener;
}

/** The size below which this thread reads a bucket sooner than workers begin. */
const INLINE_BYTES = 4 * 1024 * 1024;

/**
 * Reads the rows of a plan into shared memory, column by column.
 *
 * @param bytes about how many bytes they are
 */
export async function loadPlan(
  plan: BucketPlan,
  schema: Schema,
  bytes: number,
  { workers, signal, opener }: LoadOptions,
): Promise<Batch> {
  if (workers === 0 || bytes < INLINE_BYTES) return loadPlanNow(plan, schema, opener);
  const { fields } = schema;
  const loaded = new Array<LoadedColumn>(fields.length);
  const task = { plan, schema: describeSchema(schema) };
  await runUnits<LoadedColumn>({
    source: loadKernelSource(task),
    make: () => createLoadKernel(task),
    sizes: plan.columns.map((chunks) => chunks.reduce((sum, { data }) => sum + bytesOfStored(data), 0)),
    workers: Math.min(workers, fields.length),
    signal,
    onResult(result) {
      loaded[result.index] = result;
    },
  });
  // Workers have reported what they allocated, and this thread holds it too.
  reportToGc(bytes);
  const columns = loaded.map(({ type, data }, k) => {
    const isOwn = !plan.isCast && !plan.columns[k].some((column) => column.type);
    return reviveData(isOwn ? fields[k].type : reviveType(type), data);
  });
  return batchOf(schema, columns, plan.length);
}

/** Reads the rows of a plan in this thread, without giving way. */
export function loadPlanNow(plan: BucketPlan, schema: Schema, opener?: FileOpener): Batch {
  const columns = schema.fields.map((_, k) => loadColumn(plan, k, schema, opener));
  return batchOf(schema, columns, plan.length);
}

function batchOf(schema: Schema, columns: Batch['columns'], numRows: number): Batch {
  const fields = schema.fields.map((field, k) =>
    columns[k].type === field.type ? field : field.clone({ type: columns[k].type }),
  );
  return { schema: new Schema(fields, schema.metadata), columns, numRows };
}
