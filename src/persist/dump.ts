import { extname } from 'node:path';
import { ApplyError } from '../errors.js';
import { checkOptions, type Rules } from '../options/index.js';
import { fromCaller, preview } from '../util/index.js';
import { arrowFile } from './arrow-file.js';
import {
  type Compression,
  compressionRule,
  isCompression,
  methodOfEnding,
  resolveCompression,
  withoutEnding,
} from './compression.js';
import { filePath } from './file-path.js';
import { parquetFile } from './parquet.js';
import { writeDump } from './write-dump.js';
import { writeFile } from './write-file.js';

/** Options of {@link dump}. */
export interface DumpOptions {
  /**
   * How to compress the file: `'gzip'`, `'brotli'`, `'zstd'` (Node 22.15 or newer), a level of gzip, `true`
   * for its usual level 3, or `{ method, level }`; for `.parquet` files `'snappy'`, too.
   * @default `'snappy'` for `.parquet` files; else what the file's name says: `.gz`, `.br` or `.zst`; else
   *   not at all, which is the fastest for numbers. Names that end in `.z`, `.bz2`, `.xz`, `.lzma` or `.lz4`
   *   are refused, since this package has no such compressor
   */
  compress?: Compression | 'snappy';
}

const dumpRules: Rules<DumpOptions> = {
  compress: [
    (value) => value === 'snappy' || isCompression(value),
    `${compressionRule}, or 'snappy' for .parquet`,
  ],
};

/**
 * Writes a value to a file, whole or not at all: it writes under another name, then renames the file. {@link
 * load} reads it again.
 *
 * It keeps Arrow tables, vectors and schemas, danfojs DataFrames, typed arrays, Buffers, plain objects and
 * arrays, Maps, Sets, Dates, bigints, regular expressions, errors and URLs, nested in any way, with cycles
 * and shared references. It writes typed arrays and columns as they lie in memory. A file never holds code:
 * functions and instances of classes are refused.
 *
 * A name that ends in `.arrow`, `.feather`, `.ipc` or `.parquet` takes a frame, and makes a file that pandas,
 * polars and others read.
 *
 * The counterpart of `joblib.dump`.
 *
 * The file gets the value as it is at the call. If typed arrays in it change before they are written, the
 * promise rejects, and the file keeps what it held before.
 *
 * @param value what to keep
 * @param path the file; an existing one is replaced
 * @throws ApplyError `ERR_UNSTORABLE` with the path to what no file can keep, or for what changed meanwhile;
 *   `ERR_INVALID_OPTION`; `ERR_NOT_A_FRAME` where the name asks for a frame; `ERR_MISSING_PEER` when a
 *   Parquet file is to be written and parquet-wasm is not installed; `ERR_WRITE` if the disk is full
 * @example
 * const model = { weights: Float64Array.of(0.1, 0.7), classes: new Map([['a', 1n]]), trained: new Date() };
 * await dump(model, '/tmp/model.dump');
 * await dump(table, '/tmp/sales.feather');
 * (await load<typeof model>('/tmp/model.dump')).weights[1] // 0.7
 */
export function dump(value: unknown, path: string | URL, options: DumpOptions = {}): Promise<void> {
  return fromCaller(dump, () => dumpTo(value, path, options));
}

async function dumpTo(value: unknown, path: string | URL, options: DumpOptions): Promise<void> {
  checkOptions('dump', options, dumpRules);
  const { compress } = options;
  const file = filePath('dump', path);
  const inner = extname(withoutEnding(file)).toLowerCase();
  if (compress === 'snappy') {
    if (extname(file).toLowerCase() !== '.parquet') throw onlyInParquet(file);
    const bytes = await parquetFile(frameOf(value, inner), compress);
    await writeFile(file, [bytes], undefined, { content: bytes.byteLength });
    return;
  }
  if (FRAME_ENDINGS.includes(inner)) {
    const outer = methodOfEnding(file) && resolveCompression(compress, file);
    const within = outer ? undefined : compress;
    const frame = frameOf(value, inner);
    const bytes = inner === '.parquet' ? await parquetFile(frame, within) : arrowFile(frame, within, file);
    await writeFile(file, [bytes], outer, { content: bytes.byteLength });
    return;
  }
  await writeDump(value, file, resolveCompression(compress, file));
}

const FRAME_ENDINGS = ['.arrow', '.feather', '.ipc', '.parquet'];

const onlyInParquet = (file: string) =>
  new ApplyError(
    'ERR_INVALID_OPTION',
    `dump: 'snappy' compresses inside of .parquet files only, and this one is ${file}`,
  );

function frameOf(value: unknown, ending: string): object {
  if (typeof value === 'object' && value !== null) return value;
  throw new ApplyError(
    'ERR_NOT_A_FRAME',
    `dump: a file named ${ending} holds a frame, got ${preview(value)}`,
  );
}
