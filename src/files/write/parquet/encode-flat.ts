import { gzipSync } from 'node:zlib';
import type { Data } from 'apache-arrow';
import { getBit } from '../../../arrow/index.js';
import { ThriftType } from '../../parquet/index.js';
import type { ParquetCompression } from '../target.js';
import type { EncodedColumns } from './column-chunks.js';
import type { ColumnValues } from './column-values.js';
import { flatColumn } from './flat-column.js';
import { encodeRun, encodeRuns } from './hybrid-runs.js';
import { PAGE_ROWS } from './kernel.js';
import { compressSnappy } from './snappy.js';
import { type ThriftField, type ThriftStruct, type ThriftValue, writeStruct } from './thrift-tree.js';

/*
 * Encodes flat columns in JavaScript, with dictionaries, statistics and pages as pyarrow writes them. It is
 * several times faster than parquet-wasm, which gets the other columns.
 */

const { I32, I64, Binary, List, Struct } = ThriftType;
const PLAIN = 0;
const RLE = 3;
const RLE_DICTIONARY = 8;

interface Codec {
  readonly id: number;
  compress(bytes: Uint8Array): Uint8Array;
}

const codecs: { readonly [Name in ParquetCompression]?: Codec } = {
  none: { id: 0, compress: (bytes) => bytes },
  snappy: { id: 1, compress: compressSnappy },
  gzip: { id: 2, compress: (bytes) => gzipSync(bytes) },
};

/** Encodes a column; undefined for a type or a compression that parquet-wasm has to do. */
export function encodeFlat(
  name: string,
  data: Data,
  compression: ParquetCompression,
): EncodedColumns | undefined {
  const codec = codecs[compression];
  const column = codec && flatColumn(data);
  if (codec === undefined || column === undefined) return undefined;
  const pages: Uint8Array[] = [];
  let plainBytes = 0;
  let at = 0;
  const put = (header: ThriftStruct, body: Uint8Array) => {
    const compressed = codec.compress(body);
    header.set(2, int(body.length)).set(3, int(compressed.length));
    const bytes = writeStruct(header);
    pages.push(bytes, compressed);
    plainBytes += bytes.length + body.length;
    at += bytes.length + compressed.length;
  };
  const { dictionary } = column;
  if (dictionary) {
    const page = fields([1, int(dictionary.count)], [2, int(PLAIN)]);
    put(fields([1, int(2)], [7, { type: Struct, value: page }]), dictionary.page);
  }
  const dataPage = at;
  for (let row = 0, valid = 0; row === 0 || row < data.length; row += PAGE_ROWS) {
    const end = Math.min(data.length, row + PAGE_ROWS);
    const { levels, count } = definitionLevels(data, row, end);
    const values = dictionary
      ? codesPage(dictionary, valid, valid + count)
      : [column.plain(valid, valid + count)];
    const page = fields(
      [1, int(end - row)],
      [2, int(dictionary ? RLE_DICTIONARY : PLAIN)],
      [3, int(RLE)],
      [4, int(RLE)],
    );
    put(fields([1, int(0)], [5, { type: Struct, value: page }]), Buffer.concat([levels, ...values]));
    valid += count;
  }
  const metadata = fields(
    [1, int(column.physical)],
    [2, listOf(I32, dictionary ? [PLAIN, RLE, RLE_DICTIONARY] : [PLAIN, RLE])],
    [3, listOf(Binary, [Buffer.from(name)])],
    [4, int(codec.id)],
    [5, long(data.length)],
    [6, long(plainBytes)],
    [7, long(at)],
    [9, long(dataPage)],
    [12, { type: Struct, value: statistics(column, data.nullCount) }],
  );
  if (dictionary) metadata.set(11, long(0));
  const chunk = fields([2, long(0)], [3, { type: Struct, value: metadata }]);
  return { bytes: Buffer.concat(pages), chunks: [chunk] };
}

const int = (value: number): ThriftField => ({ type: I32, value });
const long = (value: number): ThriftField => ({ type: I64, value });
const listOf = (of: number, items: ThriftValue[]): ThriftField => ({ type: List, value: { of, items } });
const fields = (...entries: (readonly [number, ThriftField])[]): ThriftStruct => new Map(entries);

function statistics({ range }: ColumnValues, nullCount: number): ThriftStruct {
  const found = fields([3, long(nullCount)]);
  if (range) found.set(5, { type: Binary, value: range.max }).set(6, { type: Binary, value: range.min });
  return found;
}

function codesPage(
  { codes, count }: NonNullable<ColumnValues['dictionary']>,
  from: number,
  to: number,
): Uint8Array[] {
  const width = Math.max(1, 32 - Math.clz32(Math.max(0, count - 1)));
  return [Uint8Array.of(width), encodeRuns(codes, from, to, width)];
}

/** Returns which rows have a value, with the bytes of it before, and how many have. */
function definitionLevels({ nullCount, nullBitmap, offset }: Data, from: number, to: number) {
  let count = to - from;
  let runs = encodeRun(1, count, 1);
  if (nullCount > 0) {
    const flags = new Uint8Array(to - from);
    count = 0;
    for (let row = from; row < to; row++) {
      if (!getBit(nullBitmap as Uint8Array, offset + row)) continue;
      flags[row - from] = 1;
      count++;
    }
    runs = encodeRuns(flags, 0, to - from, 1);
  }
  const levels = Buffer.alloc(4 + runs.length);
  levels.writeUInt32LE(runs.length);
  levels.set(runs, 4);
  return { levels, count };
}
