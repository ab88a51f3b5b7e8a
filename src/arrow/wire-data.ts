import type { Data, DataType, Dictionary } from 'apache-arrow';
import { type ArrowClasses, ownArrowClasses } from './arrow-classes.js';
import type { Batch } from './batch.js';
import { describeSchema, reviveSchema, type WireSchema } from './wire-types.js';

/*
 * Columns and batches as plain objects that structured clone carries between threads, and back. Views of
 * shared memory arrive as views of the same memory.
 */

export interface WireData {
  readonly offset: number;
  readonly length: number;
  readonly nullCount: number;
  readonly buffers: readonly unknown[];
  readonly children: readonly WireData[];
  readonly dictionary?: readonly WireData[];
  readonly variadic: readonly Uint8Array[];
}

export interface WireBatch {
  readonly schema: WireSchema;
  readonly columns: readonly WireData[];
  readonly numRows: number;
}

export function describeData(data: Data): WireData {
  return {
    offset: data.offset,
    length: data.length,
    nullCount: data.nullCount,
    buffers: [data.valueOffsets, data.values, data.nullBitmap, data.typeIds],
    children: data.children.map(describeData),
    dictionary: data.dictionary?.data.map(describeData),
    variadic: [...(data.variadicBuffers ?? [])],
  };
}

export function reviveData(type: DataType, wire: WireData, arrow: ArrowClasses = ownArrowClasses): Data {
  const valueType = (type as Dictionary).dictionary;
  return new arrow.Data(
    type,
    wire.offset,
    wire.length,
    wire.nullCount,
    wire.buffers as never,
    wire.children.map((child, k) => reviveData(type.children[k].type, child, arrow)),
    wire.dictionary && new arrow.Vector(wire.dictionary.map((chunk) => reviveData(valueType, chunk, arrow))),
    wire.variadic,
  );
}

export function describeBatch({ schema, columns, numRows }: Batch): WireBatch {
  return { schema: describeSchema(schema), columns: columns.map(describeData), numRows };
}

export function reviveBatch({ schema: wire, columns, numRows }: WireBatch): Batch {
  const schema = reviveSchema(wire);
  return { schema, columns: columns.map((data, k) => reviveData(schema.fields[k].type, data)), numRows };
}
