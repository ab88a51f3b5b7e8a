import {
  type Data,
  type DataType,
  type Dictionary,
  type Table,
  Type,
  type Union,
  UnionMode,
} from 'apache-arrow';

/*
 * What a column holds, read from its buffers by the rules of the Arrow format alone and by none of the code
 * under test, so that NaN payloads, -0, nanoseconds and null members of nested values count. Two cells are
 * equal when their texts are.
 */

/** One cell as text: the bytes in hexadecimal, nested values in brackets, `null` for null. */
export function cell(data: Data, row: number): string {
  const { type } = data;
  if (type.typeId === Type.Null) return 'null';
  if (type.typeId === Type.Union) return unionCell(data, row);
  if (!isValid(data, row)) return 'null';
  switch (type.typeId) {
    case Type.Bool:
      return String(bit(data.values as Uint8Array, data.offset + row));
    case Type.Utf8:
    case Type.Binary:
    case Type.LargeUtf8:
    case Type.LargeBinary:
      return hex((data.values as Uint8Array).subarray(offset(data, row), offset(data, row + 1)));
    case Type.Utf8View:
    case Type.BinaryView:
      return viewCell(data, row);
    case Type.List:
    case Type.LargeList:
    case Type.Map:
      return range(data.children[0], offset(data, row), offset(data, row + 1));
    case Type.FixedSizeList:
      return range(data.children[0], row * data.stride, (row + 1) * data.stride);
    case Type.Struct:
      return `{${data.children.map((child, k) => `${type.children[k].name}:${cell(child, row)}`)}}`;
    case Type.Dictionary:
      return dictionaryCell(data, row);
    default:
      return hex(bytes(data.values).subarray(row * width(data), (row + 1) * width(data)));
  }
}

/** Every cell of a column given in chunks. */
export const cellsOf = (chunks: readonly Data[]): string[] =>
  chunks.flatMap((chunk) => Array.from({ length: chunk.length }, (_, row) => cell(chunk, row)));

/** The chunks of a table's column. */
export const chunksOf = (table: Table, column: number): Data[] =>
  table.batches.map((batch) => batch.data.children[column]);

/** The rows of a table, each the texts of its cells. */
export function rowsOf(table: Table): string[][] {
  const columns = table.schema.fields.map((_, k) => cellsOf(chunksOf(table, k)));
  return Array.from({ length: table.numRows }, (_, row) => columns.map((column) => column[row]));
}

/** A type in words that leave out what two equal tables may differ in: ids of dictionaries. */
export function typeName(type: DataType): string {
  const nested = type.children?.map((field) => `${field.name}:${typeName(field.type)}`) ?? [];
  if (type.typeId === Type.Dictionary) {
    const { dictionary, indices } = type as Dictionary;
    return `dictionary<${typeName(dictionary)}, ${indices}>`;
  }
  const { mode, typeIds } = type as Union;
  return `${type}${nested.length > 0 ? `(${nested})` : ''}${typeIds ? `[${mode} ${typeIds}]` : ''}`;
}

/** Every buffer a table's values lie in, once each. */
export function buffersOf(table: Table): Set<ArrayBufferLike> {
  const buffers = new Set<ArrayBufferLike>();
  const visit = (data: Data): void => {
    const views = [
      data.values,
      data.valueOffsets,
      data.nullBitmap,
      data.typeIds,
      ...(data.variadicBuffers ?? []),
    ];
    for (const view of views) if (view) buffers.add((view as ArrayBufferView).buffer);
    data.children.forEach(visit);
    data.dictionary?.data.forEach(visit);
  };
  for (const batch of table.batches) batch.data.children.forEach(visit);
  return buffers;
}

export const bit = (bitmap: Uint8Array, index: number): 0 | 1 =>
  ((bitmap[index >> 3] >> (index & 7)) & 1) as 0 | 1;

function isValid({ nullBitmap, offset: from }: Data, row: number): boolean {
  if (nullBitmap === undefined || nullBitmap.length === 0) return true;
  return bit(nullBitmap, from + row) === 1;
}

const bytes = (view: ArrayBufferView) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
const hex = (view: Uint8Array): string => `x${Buffer.from(view).toString('hex')}`;
const offset = (data: Data, row: number): number => Number(data.valueOffsets[row]);
const width = ({ values, stride }: Data): number => values.BYTES_PER_ELEMENT * stride;

function range(child: Data, from: number, to: number): string {
  return `[${Array.from({ length: to - from }, (_, k) => cell(child, from + k))}]`;
}

function unionCell(data: Data, row: number): string {
  const type = data.type as Union;
  const typeId = data.typeIds[row];
  const child = data.children[type.typeIdToChildIndex[typeId]];
  return `(${typeId}:${cell(child, type.mode === UnionMode.Dense ? offset(data, row) : row)})`;
}

function viewCell({ values, variadicBuffers }: Data, row: number): string {
  const view = bytes(values).slice(row * 16, row * 16 + 16);
  const [size, , buffer, from] = new Int32Array(view.buffer);
  return hex(size <= 12 ? view.subarray(4, 4 + size) : variadicBuffers[buffer].subarray(from, from + size));
}

function dictionaryCell(data: Data, row: number): string {
  let index = Number(data.values[row]);
  for (const chunk of data.dictionary?.data ?? []) {
    if (index < chunk.length) return cell(chunk, index);
    index -= chunk.length;
  }
  return 'index out of range';
}
