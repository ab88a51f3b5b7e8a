import { Data, type DataType, type Dictionary, Int32, Type, type Union, UnionMode, Utf8 } from 'apache-arrow';
import { ColumnTooLarge } from './column-too-large.js';
import { keepCompiled } from './keep-compiled.js';

/**
 * The memory layout of a type. Splitting and joining handle these ten layouts instead of dozens of types.
 * apache-arrow slices the buffers of a Data to its own rows, except bitmaps: their first bit is
 * `data.offset`.
 */
export type Layout =
  | 'none' // no buffer at all: the null type
  | 'bits' // booleans
  | 'fixed' // `stride` elements a row: numbers, times, decimals, fixed-size binary
  | 'dictionary' // 'fixed' indices into a dictionary that all rows share
  | 'variable' // offsets into bytes: strings and binary, 32 or 64-bit offsets
  | 'view' // 16 bytes a row: short values inline, long ones in other buffers
  | 'list' // offsets into a child: lists and maps, 32 or 64-bit offsets
  | 'fixedList' // each row owns `stride` consecutive child rows
  | 'struct' // children side by side; sparse unions too, with type ids
  | 'denseUnion'; // type ids and offsets into children

const layouts: { [typeId: number]: Layout } = {
  [Type.Null]: 'none',
  [Type.Bool]: 'bits',
  [Type.Utf8]: 'variable',
  [Type.Binary]: 'variable',
  [Type.LargeUtf8]: 'variable',
  [Type.LargeBinary]: 'variable',
  [Type.Utf8View]: 'view',
  [Type.BinaryView]: 'view',
  [Type.List]: 'list',
  [Type.LargeList]: 'list',
  [Type.Map]: 'list',
  [Type.FixedSizeList]: 'fixedList',
  [Type.Struct]: 'struct',
  [Type.Dictionary]: 'dictionary',
};

export function layoutOf(type: DataType): Layout {
  if (type.typeId === Type.Union) return (type as Union).mode === UnionMode.Dense ? 'denseUnion' : 'struct';
  return layouts[type.typeId] ?? 'fixed';
}

/** Tells whether offsets of this type have 64 bits. */
export function hasLargeOffsets(type: DataType): boolean {
  return type.typeId === Type.LargeUtf8 || type.typeId === Type.LargeBinary || type.typeId === Type.LargeList;
}

type ValuesArray = {
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): Data['values'];
  readonly BYTES_PER_ELEMENT: number;
};

/** Returns the class of the values buffer: that of the indices for a dictionary, bytes for views. */
function valuesArray(type: DataType): ValuesArray {
  if (layoutOf(type) === 'view') return Uint8Array as unknown as ValuesArray;
  return type.typeId === Type.Dictionary ? (type as Dictionary).indices.ArrayType : type.ArrayType;
}

/** Returns the bytes of one row in the values buffer of a 'fixed', 'dictionary' or 'view' column. */
export function rowBytes(data: Data): number {
  if (layoutOf(data.type) === 'view') return 16;
  return valuesArray(data.type).BYTES_PER_ELEMENT * data.stride;
}

/** Returns a view of the same memory as bytes. */
export function asBytes(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

/** Returns a view of `bytes` in the typed array that apache-arrow has for `type`. */
export function typedValues(type: DataType, bytes: Uint8Array): Data['values'] {
  const ArrayType = valuesArray(type);
  return new ArrayType(bytes.buffer, bytes.byteOffset, bytes.byteLength / ArrayType.BYTES_PER_ELEMENT);
}

/**
 * Offsets as 32-bit words, so that one loop serves both widths: offset `i` is `words[i * step]`. Of 64-bit
 * offsets these are the low words; {@link checkOffset} refuses columns whose offsets need the high ones.
 */
export interface OffsetWords {
  readonly words: Uint32Array;
  readonly step: 1 | 2;
}

export function offsetWords(data: Data): OffsetWords {
  const offsets = data.valueOffsets as ArrayBufferView | undefined;
  const step = hasLargeOffsets(data.type) ? 2 : 1;
  if (offsets === undefined || offsets.byteLength === 0) return { words: new Uint32Array(step), step };
  return { words: new Uint32Array(offsets.buffer, offsets.byteOffset, offsets.byteLength / 4), step };
}

/** Tells whether the column has offsets, here or in a child, so that one piece has a size limit. */
export function hasOffsets({ type, children }: Data): boolean {
  const layout = layoutOf(type);
  return layout === 'variable' || layout === 'view' || layout === 'list' || children.some(hasOffsets);
}

/** Throws `ERR_UNSUPPORTED` if offsets of `type` cannot count `total` bytes or values. */
export function checkOffset(type: DataType, total: number): void {
  const limit = hasLargeOffsets(type) ? 2 ** 32 - 1 : 2 ** 31 - 1;
  if (total > limit) throw new ColumnTooLarge(type, total, limit);
}

/** Makes a Data; like apache-arrow's constructor, with names for its positional arguments. */
export function dataOf(
  type: DataType,
  length: number,
  nullCount: number,
  buffers: {
    offsets?: ArrayBufferView;
    values?: ArrayBufferView;
    validity?: Uint8Array;
    typeIds?: Int8Array;
  },
  rest: {
    children?: readonly Data[];
    dictionary?: Data['dictionary'];
    variadic?: readonly Uint8Array[];
  } = {},
): Data {
  return new Data(
    type,
    0,
    length,
    nullCount,
    [buffers.offsets, buffers.values, buffers.validity, buffers.typeIds] as never,
    rest.children as Data[] | undefined,
    rest.dictionary,
    rest.variadic,
  );
}

keepCompiled(dataOf(new Int32(), 0, 0, { values: new Int32Array(0) }));
keepCompiled(dataOf(new Utf8(), 0, 0, { offsets: new Int32Array(1), values: new Uint8Array(0) }));
