import { type Data, type DataType, Field, Schema, vectorFromArray } from 'apache-arrow';
import { allocateShared, type Batch, concatData } from '#dist/arrow/index.js';

export const column = (values: readonly unknown[], type: DataType): Data =>
  vectorFromArray(values, type).data[0];

/** A table in one piece of shared memory, as splitting makes it. */
export function batchOf(columns: { [name: string]: Data }): Batch {
  const shared = Object.values(columns).map((data) => concatData(data.type, [data], allocateShared));
  const fields = Object.keys(columns).map((name, k) => new Field(name, shared[k].type, true));
  return { schema: new Schema(fields), columns: shared, numRows: shared[0]?.length ?? 0 };
}
