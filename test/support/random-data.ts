import {
  Data,
  type DataType,
  type Dictionary,
  type Field,
  type FixedSizeList,
  Struct,
  Type,
  type Union,
  UnionMode,
  Vector,
} from 'apache-arrow';

/** Numbers that follow from a seed (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** 0 … 2^32-1 */
  word(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  }

  below(limit: number): number {
    return limit === 0 ? 0 : this.word() % limit;
  }

  chance(share: number): boolean {
    return this.word() / 2 ** 32 < share;
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)];
  }
}

/**
 * A column in chunks of `lengths` rows, of about `distinct` values. Chunks are slices of something longer now
 * and then.
 */
export function randomColumn(
  type: DataType,
  lengths: readonly number[],
  random: Random,
  distinct: number,
  isModest = false,
): Data[] {
  const nulls = random.pick([0, 0, 0.3, 0.9, 1]);
  const pool = new Pool(random, distinct, nulls, isModest);
  return lengths.map((length) => {
    const [before, after] = random.chance(0.5) ? [random.below(11), random.below(11)] : [0, 0];
    return pool.data(type, before + length + after).slice(before, length);
  });
}

export function structData(
  fields: readonly Field[],
  length: number,
  children: readonly Data[],
): Data<Struct> {
  return new Data(new Struct([...fields]), 0, length, 0, undefined, [...children]) as Data<Struct>;
}

/** Floats that are easy to lose: signed zeros, infinities, NaN with payloads. As bits, low word first. */
const hardFloats: { [width: number]: readonly number[][] } = {
  2: [[0x8000], [0], [0x7c00], [0xfc00], [0x7e01], [0xfe00], [0x3c00], [1]],
  4: [[0x80000000], [0], [0x7f800000], [0xff800000], [0x7fc00001], [0xffc12345], [0x3f800000], [1]],
  8: [
    [0, 0x80000000],
    [0, 0],
    [0, 0x7ff00000],
    [0, 0xfff00000],
    [1, 0x7ff80000],
    [0xdeadbeef, 0xfff80000],
    [0, 0x3ff00000],
    [1, 0],
  ],
};

const texts = [
  '',
  'a',
  'b',
  'a-b',
  'c',
  'b-c',
  'ä',
  '日本',
  '\u{1F600}',
  '\uffff',
  'twelve bytes',
  'thirteen bytes',
  '\0',
  'a\0',
];

const DAY = 86_400_000;

/** Returns the width of the range of modest times of a type, in its unit; 0 for types other than times. */
function spanOf(type: DataType): number {
  const perDay = 86_400 * 1000 ** ((type as DataType & { unit?: number }).unit ?? 0);
  switch (type.typeId) {
    case Type.Date:
      return 100_000;
    case Type.Timestamp:
      return 100_000 * perDay;
    case Type.Time:
      return 2 * perDay;
    case Type.Duration:
      return 100 * perDay;
    default:
      return 0;
  }
}

/** Makes the Data of one column by hand. */
class Pool {
  constructor(
    readonly random: Random,
    readonly distinct: number,
    readonly nulls: number,
    /** Times are within two centuries of 1970, which numbers can show. */
    readonly isModest = false,
  ) {}

  data(type: DataType, length: number): Data {
    const { random } = this;
    switch (type.typeId) {
      case Type.Null:
        return new Data(type, 0, length, length);
      case Type.Bool:
        return this.#make(type, length, { values: this.#bytes(Math.ceil((length + 8) / 8)) });
      case Type.Utf8:
      case Type.Binary:
      case Type.LargeUtf8:
      case Type.LargeBinary:
        return this.#variable(type, length);
      case Type.Utf8View:
      case Type.BinaryView:
        return this.#views(type, length);
      case Type.List:
      case Type.LargeList:
      case Type.Map:
        return this.#list(type, length);
      case Type.FixedSizeList: {
        const child = this.data(type.children[0].type, length * (type as FixedSizeList).listSize);
        return this.#make(type, length, { children: [child] });
      }
      case Type.Struct:
        return this.#make(type, length, {
          children: type.children.map((field) => this.data(field.type, length)),
        });
      case Type.Union:
        return this.#union(type as Union, length);
      case Type.Dictionary: {
        const { indices } = type as Dictionary;
        const dictionary = this.#dictionary((type as Dictionary).dictionary);
        const values = new indices.ArrayType(length) as unknown as { [row: number]: number | bigint };
        for (let i = 0; i < length; i++) {
          const index = random.below(dictionary.length);
          values[i] = indices.ArrayType.BYTES_PER_ELEMENT === 8 ? BigInt(index) : index;
        }
        return this.#make(type, length, { values, dictionary });
      }
      default:
        return this.#fixed(type, length);
    }
  }

  #make(
    type: DataType,
    length: number,
    parts: {
      values?: unknown;
      offsets?: unknown;
      children?: Data[];
      dictionary?: Vector;
      variadic?: Uint8Array[];
      validity?: Uint8Array;
    },
  ): Data {
    const validity = parts.validity ?? this.#validity(length);
    const buffers = [parts.offsets, parts.values, validity, undefined] as never;
    return new Data(
      type,
      0,
      length,
      validity ? -1 : 0,
      buffers,
      parts.children,
      parts.dictionary,
      parts.variadic,
    );
  }

  #validity(length: number): Uint8Array | undefined {
    if (this.nulls === 0 || this.random.chance(0.2)) return undefined;
    const bitmap = new Uint8Array(Math.ceil(length / 8) + this.random.below(3));
    for (let i = 0; i < length; i++) if (!this.random.chance(this.nulls)) bitmap[i >> 3] |= 1 << (i & 7);
    return bitmap;
  }

  #bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.random.word());
  }

  /** Null rows hold anything, as the format allows. Fixed-size binary begins at any address. */
  #fixed(type: DataType, length: number): Data {
    const { stride } = new Data(type, 0, 0, 0);
    const { ArrayType } = type as { ArrayType: Uint8ArrayConstructor };
    const width = ArrayType.BYTES_PER_ELEMENT * stride;
    const shift = type.typeId === Type.FixedSizeBinary ? this.random.below(4) : 0;
    const bytes = new Uint8Array(length * width + shift).subarray(shift);
    const distinct = Array.from({ length: this.distinct }, () => this.#value(type, width));
    for (let i = 0; i < length; i++) bytes.set(this.random.pick(distinct), i * width);
    return this.#make(type, length, {
      values: new ArrayType(bytes.buffer, bytes.byteOffset, length * stride),
    });
  }

  #value(type: DataType, width: number): Uint8Array {
    const span = this.isModest ? spanOf(type) : 0;
    if (span > 0) {
      const time = Math.round((this.random.word() / 2 ** 32 - 0.5) * span);
      const step = type.typeId === Type.Date && width === 8 ? DAY : 1;
      const count = (type.typeId === Type.Time ? Math.abs(time) : time) * step;
      return new Uint8Array(
        width === 8 ? BigInt64Array.of(BigInt(count)).buffer : Int32Array.of(count).buffer,
      );
    }
    if (type.typeId !== Type.Float) return this.#integer(width);
    if (this.random.chance(0.3)) return this.#bytes(width);
    const words = Uint32Array.from(this.random.pick(hardFloats[width]));
    return new Uint8Array(words.buffer).slice(0, width);
  }

  /** Small and large, positive and negative. */
  #integer(width: number): Uint8Array {
    const bytes = this.#bytes(width);
    const small = this.random.below(3);
    if (small > 0) bytes.fill(small === 1 ? 0 : 0xff, 1);
    return bytes;
  }

  #text(type: DataType): Uint8Array {
    const isText = [Type.Utf8, Type.LargeUtf8, Type.Utf8View].includes(type.typeId);
    return isText || this.random.chance(0.5)
      ? Buffer.from(this.random.pick(texts) + (this.random.chance(0.3) ? `-${this.random.below(1000)}` : ''))
      : this.#bytes(this.random.below(20));
  }

  #variable(type: DataType, length: number): Data {
    const distinct = Array.from({ length: this.distinct }, () => this.#text(type));
    const values = Array.from({ length: length + 1 }, () => this.random.pick(distinct));
    // The first value comes before row 0: offsets need not begin at 0.
    const offsets = new type.OffsetArrayType(length + 1) as { [row: number]: number | bigint };
    let at = 0;
    values.forEach((value, i) => {
      at += value.length;
      offsets[i] = type.OffsetArrayType === BigInt64Array ? BigInt(at) : at;
    });
    return this.#make(type, length, { offsets, values: new Uint8Array(Buffer.concat(values)) });
  }

  #views(type: DataType, length: number): Data {
    const variadic = [new Uint8Array(3), new Uint8Array(0)];
    const validity = this.#validity(length);
    const views = new Uint8Array(length * 16);
    const words = new DataView(views.buffer);
    for (let i = 0; i < length; i++) {
      const isNull = validity && !(validity[i >> 3] & (1 << (i & 7)));
      const value = this.#text(type);
      words.setInt32(i * 16, isNull ? this.random.word() : value.length, true);
      if (isNull || value.length <= 12) {
        views.set(isNull ? this.#bytes(12) : value, i * 16 + 4);
        continue;
      }
      const buffer = this.random.below(2);
      views.set(value.subarray(0, 4), i * 16 + 4);
      words.setInt32(i * 16 + 8, buffer, true);
      words.setInt32(i * 16 + 12, variadic[buffer].length, true);
      variadic[buffer] = new Uint8Array(Buffer.concat([variadic[buffer], value]));
    }
    return this.#make(type, length, { values: views, variadic, validity });
  }

  #list(type: DataType, length: number): Data {
    const offsets = new type.OffsetArrayType(length + 1) as { [row: number]: number | bigint };
    let at = this.random.below(3);
    for (let i = 0; i <= length; i++) {
      offsets[i] = type.OffsetArrayType === BigInt64Array ? BigInt(at) : at;
      at += this.random.below(4);
    }
    const inner = type.children[0].type;
    // The keys of a map, and the entries themselves, are never null.
    const child = type.typeId === Type.Map ? this.#entries(inner, at) : this.data(inner, at);
    return this.#make(type, length, { offsets, children: [child] });
  }

  #entries(type: DataType, length: number): Data {
    const [key, value] = type.children;
    const keys = new Pool(this.random, this.distinct, 0, this.isModest).data(key.type, length);
    return new Data(type, 0, length, 0, undefined, [keys, this.data(value.type, length)]);
  }

  #union(type: Union, length: number): Data {
    const isDense = type.mode === UnionMode.Dense;
    const used = type.children.map(() => this.random.below(2));
    const offsets = isDense ? new Int32Array(length) : undefined;
    const typeIds = new Int8Array(length);
    for (let i = 0; i < length; i++) {
      const child = this.random.below(type.children.length);
      typeIds[i] = type.typeIds[child];
      if (offsets) offsets[i] = used[child]++;
    }
    const children = type.children.map((field, k) => this.data(field.type, isDense ? used[k] : length));
    return new Data(type, 0, length, 0, [offsets, undefined, undefined, typeIds] as never, children);
  }

  /**
   * Values, perhaps twice the same and perhaps null, in one or two chunks; never empty, so that indices have
   * somewhere to point.
   */
  #dictionary(type: DataType): Vector {
    const values = new Pool(this.random, this.distinct, this.random.pick([0, 0, 0.2]), this.isModest);
    const lengths = this.random.chance(0.3) ? [2, 3] : [1 + this.random.below(8)];
    return new Vector(lengths.map((length) => values.data(type, length)));
  }
}
