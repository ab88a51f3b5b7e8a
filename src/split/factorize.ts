import { type Data, type DataType, type Dictionary, Type } from 'apache-arrow';
import { getBit, unifyDictionaries } from '../arrow/index.js';
import { ApplyError } from '../errors.js';
import { isForKernel, translateIndices } from '../kernel/index.js';
import { factorizeBytes, factorizeFixedBytes } from './factorize-bytes.js';
import { factorizeWords } from './factorize-words.js';
import { wordChunk } from './kernel-chunks.js';
import { type CountedCodes, type KeyCodes, NO_KEY } from './key-codes.js';
import { readDictionaryKey } from './key-reader.js';

type Factorizer = (type: DataType, chunks: readonly Data[], codes: Int32Array) => KeyCodes;

const factorizers: { readonly [typeId: number]: Factorizer | undefined } = {
  [Type.Null]: (_type, _chunks, codes) => {
    return { codes: codes.fill(NO_KEY), count: 0, compare: () => 0 };
  },
  [Type.Bool]: factorizeWords,
  [Type.Int]: factorizeWords,
  [Type.Float]: factorizeWords,
  [Type.Date]: factorizeWords,
  [Type.Time]: factorizeWords,
  [Type.Timestamp]: factorizeWords,
  [Type.Duration]: factorizeWords,
  [Type.Utf8]: factorizeBytes,
  [Type.LargeUtf8]: factorizeBytes,
  [Type.Utf8View]: factorizeBytes,
  [Type.Binary]: factorizeBytes,
  [Type.LargeBinary]: factorizeBytes,
  [Type.BinaryView]: factorizeBytes,
  [Type.Decimal]: factorizeFixedBytes,
  [Type.FixedSizeBinary]: factorizeFixedBytes,
  [Type.Interval]: factorizeFixedBytes,
  [Type.Dictionary]: (type, chunks, codes) => factorizeDictionary(type as Dictionary, chunks, codes),
};

/** Numbers the keys of one key column and writes the code of each row to `codes`. */
export function factorize(type: DataType, chunks: readonly Data[], codes: Int32Array): KeyCodes {
  checkKeyType(type);
  return (factorizers[type.typeId] as Factorizer)(type, chunks, codes);
}

/** Throws `ERR_INVALID_OPTION` if values of `type` cannot be keys. */
export function checkKeyType(type: DataType): void {
  if (type.typeId === Type.Dictionary) checkKeyType((type as Dictionary).dictionary);
  if (factorizers[type.typeId] === undefined) {
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `cannot group by a column of type ${type}: keys are scalars ` +
        '(numbers, strings, booleans, times, decimals, binary or dictionaries of these)',
    );
  }
}

/**
 * Numbers the values of the dictionary, and translates the indices of the rows. Values that no row has get
 * codes too.
 */
function factorizeDictionary(type: Dictionary, chunks: readonly Data[], codes: Int32Array): KeyCodes {
  const { type: own, dictionary, chunks: unified } = unifyDictionaries(type, chunks);
  const values = factorize(dictionary.type, dictionary.data, new Int32Array(dictionary.length));
  const counted = translate(own, unified, values, codes);
  const firstIndex = new Int32Array(values.count).fill(-1);
  values.codes.forEach((code, index) => {
    if (code !== NO_KEY && firstIndex[code] < 0) firstIndex[code] = index;
  });
  return {
    codes,
    count: values.count,
    counted,
    // The positions in an ordered dictionary are its order: small < medium < large.
    compare: own.isOrdered ? (a, b) => firstIndex[a] - firstIndex[b] : values.compare,
    valueOf: (code) => readDictionaryKey(dictionary, firstIndex[code]),
  };
}

/** Writes the code of each row. Returns the rows of each code if they were counted on the way. */
function translate(
  type: Dictionary,
  chunks: readonly Data[],
  values: KeyCodes,
  codes: Int32Array,
): CountedCodes | undefined {
  const width = type.indices.ArrayType.BYTES_PER_ELEMENT;
  if (isForKernel(codes.length, chunks.length)) {
    const counted = translateIndices(chunks.map(wordChunk), width, values.codes, values.count, codes);
    if (counted) return counted;
  }
  let row = 0;
  for (const chunk of chunks) {
    const indices = chunk.values as unknown as ArrayLike<number | bigint>;
    const nulls = chunk.nullCount > 0 ? (chunk.nullBitmap as Uint8Array) : undefined;
    for (let i = 0; i < chunk.length; i++, row++) {
      codes[row] = nulls && !getBit(nulls, chunk.offset + i) ? NO_KEY : values.codes[Number(indices[i])];
    }
  }
  return undefined;
}
