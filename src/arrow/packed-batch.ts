import { Data, type DataType, type Dictionary, Field, Schema, Vector } from 'apache-arrow';
import type { Batch } from './batch.js';
import { tagOf } from './js-kind.js';
import { describeType, reviveType, type WireField, type WireType } from './wire-types.js';

/*
 * A batch as few objects, for messages between threads: structured clone takes a microsecond for each object,
 * and a table may have thousands of columns. Shared memory arrives as the same memory.
 */

/** A batch in values that can be posted. The number of its objects does not grow with flat columns. */
export interface PackedBatch {
  readonly numRows: number;
  readonly metadata: ReadonlyMap<string, string>;
  readonly names: readonly string[];
  /** The types and metadata of the fields, each once, without their names. */
  readonly kinds: readonly FieldKind[];
  /** The kind of each field. */
  readonly kindOf: Uint32Array;
  /** The columns one after the other, as {@link DataPacker} writes them. */
  readonly layout: Float64Array;
  /** The memory that `layout` refers to, without repetition. Views, because calls post no bare buffers. */
  readonly memory: readonly Uint8Array[];
}

export function packBatch({ schema, columns, numRows }: Batch): PackedBatch {
  const kinds: FieldKind[] = [];
  const known = new Map<string, number>();
  const kindOf = Uint32Array.from(schema.fields, ({ type, nullable, metadata }) => {
    const wire = describeType(type);
    const key = keyOfKind({ type: wire, nullable, metadata });
    const kind = known.get(key) ?? kinds.length;
    if (kind === kinds.length) {
      known.set(key, kind);
      kinds.push({ type: wire, nullable, metadata });
    }
    return kind;
  });
  const packer = new DataPacker();
  for (const data of columns) packer.add(data);
  const { metadata } = schema;
  return { numRows, metadata, names: schema.names as string[], kinds, kindOf, ...packer.take() };
}

type FieldKind = Omit<WireField, 'name'>;

/** Returns a text that only equal kinds have. */
const keyOfKind = ({ type, nullable, metadata }: FieldKind): string =>
  `${nullable} ${metadata.size > 0 ? JSON.stringify([...metadata]) : ''} ${keyOfType(type)}`;

const keyOfType = ({ id, args, children = [], dictionary }: WireType): string =>
  `${id} ${args.map(String)} [${children.map(keyOfChild)}] [${dictionary?.map(keyOfType) ?? ''}]`;

const keyOfChild = (child: WireField): string => `${JSON.stringify(child.name)} ${keyOfKind(child)}`;

export function unpackBatch({ numRows, metadata, names, kinds, kindOf, layout, memory }: PackedBatch): Batch {
  const valueTypes = new Map<number, DataType>();
  const types = kinds.map(({ type }) => reviveType(type, valueTypes));
  const fields = names.map((name, k) => {
    const kind = kindOf[k];
    return new Field(name, types[kind], kinds[kind].nullable, new Map(kinds[kind].metadata));
  });
  const reader = new DataReader(layout, memory);
  const columns = fields.map(({ type }) => reader.next(type));
  return { schema: new Schema(fields, new Map(metadata)), columns, numRows };
}

type ViewClass = new (buffer: ArrayBufferLike, byteOffset: number, length: number) => ArrayBufferView;

const VIEW_CLASSES: readonly ViewClass[] = [
  Uint8Array,
  Uint8ClampedArray,
  Int8Array,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
];
/** Name -> class: a view may be of another realm. */
const VIEW_NAMES = VIEW_CLASSES.map(({ name }) => name);
type TypedView = ArrayBufferView & { readonly length: number };

/** Stands for a missing view in the layout. */
const NONE = -1;

/**
 * Writes columns as numbers. Each begins with offset, length and null count, and has then: its four buffers,
 * the number of its children and these, that of its dictionary's chunks (or {@link NONE}) and these, that of
 * its variadic buffers and these.
 */
class DataPacker {
  readonly #layout: number[] = [];
  readonly #memory = new Map<ArrayBufferLike, number>();

  add(data: Data): void {
    const { children, dictionary, variadicBuffers = [] } = data;
    this.#layout.push(data.offset, data.length, data.nullCount);
    for (const view of [data.valueOffsets, data.values, data.nullBitmap, data.typeIds]) this.#addView(view);
    this.#layout.push(children.length);
    for (const child of children) this.add(child);
    this.#layout.push(dictionary ? dictionary.data.length : NONE);
    if (dictionary) for (const chunk of dictionary.data) this.add(chunk);
    this.#layout.push(variadicBuffers.length);
    for (const view of variadicBuffers) this.#addView(view);
  }

  take(): Pick<PackedBatch, 'layout' | 'memory'> {
    return {
      layout: Float64Array.from(this.#layout),
      memory: Array.from(this.#memory.keys(), (buffer) => new Uint8Array(buffer)),
    };
  }

  #addView(view: TypedView | undefined): void {
    if (!view) {
      this.#layout.push(NONE);
      return;
    }
    const { buffer, byteOffset, length } = view;
    const kind = VIEW_NAMES.indexOf(String(tagOf(view)));
    if (kind < 0) throw new TypeError(`a buffer is a ${tagOf(view)}`);
    const at = this.#memory.get(buffer) ?? this.#memory.size;
    this.#memory.set(buffer, at);
    this.#layout.push(kind, at, byteOffset, length);
  }
}

/** Reads what {@link DataPacker} wrote. */
class DataReader {
  #at = 0;

  constructor(
    readonly layout: Float64Array,
    readonly memory: readonly Uint8Array[],
  ) {}

  next(type: DataType): Data {
    const offset = this.#number();
    const length = this.#number();
    const nullCount = this.#number();
    const buffers = [this.#view(), this.#view(), this.#view(), this.#view()];
    const children = Array.from({ length: this.#number() }, (_, k) => this.next(type.children[k].type));
    const chunks = this.#number();
    const dictionary =
      chunks === NONE
        ? undefined
        : new Vector(Array.from({ length: chunks }, () => this.next((type as Dictionary).dictionary)));
    const variadic = Array.from({ length: this.#number() }, () => this.#view() as Uint8Array);
    return new Data(type, offset, length, nullCount, buffers as never, children, dictionary, variadic);
  }

  #number(): number {
    return this.layout[this.#at++];
  }

  #view(): ArrayBufferView | undefined {
    const kind = this.#number();
    if (kind === NONE) return undefined;
    const { buffer, byteOffset } = this.memory[this.#number()];
    return new VIEW_CLASSES[kind](buffer, byteOffset + this.#number(), this.#number());
  }
}
