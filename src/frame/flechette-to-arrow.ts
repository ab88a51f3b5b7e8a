import { type Data, type DataType, Type, Vector } from 'apache-arrow';
import {
  asBytes,
  dataOf,
  hasLargeOffsets,
  layoutOf,
  reviveData,
  reviveType,
  rowBytes,
  typedValues,
  type WireData,
  type WireField,
  type WireType,
} from '../arrow/index.js';
import { ApplyError } from '../errors.js';

/*
 * flechette keeps Arrow's buffers, and its types have Arrow's type ids. Only the classes differ, so buffers
 * are shared.
 */

/** A type of flechette, which is a plain object. */
export interface FlechetteType {
  readonly typeId: number;
  readonly children?: readonly FlechetteField[];
  readonly dictionary?: FlechetteType;
  readonly indices?: FlechetteType;
  readonly id?: number;
  readonly [name: string]: unknown;
}

export interface FlechetteField {
  readonly name: string;
  readonly type: FlechetteType;
  readonly nullable: boolean;
  readonly metadata: ReadonlyMap<string, string> | null;
}

interface FlechetteBatch {
  readonly type: FlechetteType;
  readonly length: number;
  readonly nullCount: number;
  readonly validity?: Uint8Array | null;
  readonly values?: ArrayBufferView | null;
  readonly offsets?: ArrayBufferView | null;
  readonly typeIds?: Int8Array | null;
  readonly children?: readonly FlechetteBatch[] | null;
  readonly dictionary?: FlechetteColumn;
  /** The buffers with the long values of views. */
  readonly data?: readonly Uint8Array[];
}

export interface FlechetteColumn {
  readonly type: FlechetteType;
  readonly length: number;
  readonly nullCount: number;
  readonly data: readonly FlechetteBatch[];
  at(index: number): unknown;
}

/** The properties of each type, in the order of `WireType.args`. */
const args: { readonly [typeId: number]: readonly string[] | undefined } = {
  [Type.Int]: ['signed', 'bitWidth'],
  [Type.Float]: ['precision'],
  [Type.Decimal]: ['scale', 'precision', 'bitWidth'],
  [Type.Date]: ['unit'],
  [Type.Interval]: ['unit'],
  [Type.Duration]: ['unit'],
  [Type.Time]: ['unit', 'bitWidth'],
  [Type.Timestamp]: ['unit', 'timezone'],
  [Type.FixedSizeBinary]: ['stride'],
  [Type.FixedSizeList]: ['stride'],
  [Type.Map]: ['keysSorted'],
  [Type.Union]: ['mode', 'typeIds'],
  [Type.Dictionary]: ['id', 'ordered'],
};

/** Types that apache-arrow has no class for, in words. */
const unsupported: { readonly [typeId: number]: string | undefined } = {
  22: 'run-end encoded',
  25: 'a list view',
  26: 'a large list view',
};

/** Describes a field of flechette as an Arrow field. */
export function fieldOfFlechette({ name, type, nullable, metadata }: FlechetteField): WireField {
  return { name, type: typeOfFlechette(type, name), nullable, metadata: metadata ?? new Map() };
}

function typeOfFlechette(type: FlechetteType, name: string): WireType {
  if (unsupported[type.typeId]) {
    throw new ApplyError(
      'ERR_NOT_A_FRAME',
      `column '${name}' is ${unsupported[type.typeId]}, which apache-arrow cannot hold; decode it first`,
    );
  }
  return {
    id: type.typeId,
    args: (args[type.typeId] ?? []).map((property) => type[property]) as WireType['args'],
    children: type.children?.map(fieldOfFlechette),
    dictionary: type.dictionary && [
      typeOfFlechette(type.dictionary, name),
      typeOfFlechette(type.indices as FlechetteType, name),
    ],
  };
}

/** Converts a column; buffers are shared. */
export function columnOfFlechette(column: FlechetteColumn, name: string): { type: DataType; chunks: Data[] } {
  const type = reviveType(typeOfFlechette(column.type, name));
  return { type, chunks: chunksOfFlechette(column, type) };
}

/** Converts the batches of a column to chunks of the given type. */
export function chunksOfFlechette(column: FlechetteColumn, type: DataType): Data[] {
  // The chunks share a dictionary where the batches do.
  const dictionaries = new Map<FlechetteColumn, Vector>();
  return column.data.map((batch) => chunkOf(batch, type, dictionaries));
}

function chunkOf(batch: FlechetteBatch, type: DataType, dictionaries: Map<FlechetteColumn, Vector>): Data {
  const { length, nullCount, validity, children, dictionary } = batch;
  const wire: WireData = {
    offset: 0,
    length,
    nullCount,
    buffers: [
      offsetsOf(batch, type),
      rowsOf(batch, type),
      nullCount > 0 ? validity : undefined,
      batch.typeIds?.subarray(0, length),
    ],
    children: [],
    variadic: layoutOf(type) === 'view' ? (batch.data ?? []) : [],
  };
  const data = reviveData(type, wire);
  for (const [k, child] of (children ?? []).entries()) {
    data.children[k] = chunkOf(child, type.children[k].type, dictionaries);
  }
  if (dictionary)
    data.dictionary = dictionaryOf(
      dictionary,
      (type as DataType & { dictionary: DataType }).dictionary,
      dictionaries,
    );
  return data;
}

function dictionaryOf(column: FlechetteColumn, type: DataType, known: Map<FlechetteColumn, Vector>): Vector {
  let vector = known.get(column);
  if (vector === undefined) {
    vector = new Vector(chunksOfFlechette(column, type));
    known.set(column, vector);
  }
  return vector;
}

/**
 * Returns the values buffer cut to the rows and as the typed array that apache-arrow has for the type.
 * Buffers of flechette may be longer, and of another class.
 */
function rowsOf({ values, length }: FlechetteBatch, type: DataType): Data['values'] | undefined {
  if (!values) return undefined;
  const bytes = asBytes(values);
  switch (layoutOf(type)) {
    case 'fixed':
    case 'dictionary':
      return typedValues(type, bytes.subarray(0, length * rowBytes(dataOf(type, 0, 0, {}))));
    case 'view':
      return bytes.subarray(0, length * 16) as Data['values'];
    default:
      return bytes as Data['values'];
  }
}

/** Returns the offsets cut to the rows. */
function offsetsOf({ offsets, length }: FlechetteBatch, type: DataType): ArrayBufferView | undefined {
  if (!offsets) return undefined;
  const count = layoutOf(type) === 'denseUnion' ? length : length + 1;
  return hasLargeOffsets(type)
    ? (offsets as BigInt64Array).subarray(0, count)
    : (offsets as Int32Array).subarray(0, count);
}
