import { extname } from 'node:path';
import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { ApplyError } from '../errors.js';
import { preview, zstd } from '../util/index.js';

/** Ways to compress a file. `zstd` needs Node 22.15 or newer. */
export type CompressionMethod = 'gzip' | 'brotli' | 'zstd';

/** How to compress: `true` or a level for gzip, the name of a method, or both; `false` for not at all. */
export type Compression =
  | boolean
  | number
  | CompressionMethod
  | { readonly method: CompressionMethod; readonly level?: number };

export interface ResolvedCompression {
  readonly method: CompressionMethod;
  readonly level: number;
}

interface Method {
  readonly ending: string;
  /** The first bytes of a file; brotli has none. */
  readonly magic?: readonly number[];
  readonly levels: readonly [from: number, to: number];
  /**
   * The default level, which costs little time as joblib's 3 does: the highest levels take many times as long
   * to save a few percent.
   */
  readonly usual: number;
  compress?(level: number): Transform;
  decompress?(): Transform;
}

const { createZstdCompress, createZstdDecompress } = zstd();
const ZSTD_LEVEL = 100; // ZSTD_c_compressionLevel

/** Large pieces, since each one costs a turn of the event loop. */
const chunkSize = 1024 * 1024;

const methods: { readonly [Name in CompressionMethod]: Method } = {
  gzip: {
    ending: '.gz',
    magic: [0x1f, 0x8b],
    levels: [1, 9],
    usual: 3,
    compress: (level) => zlib.createGzip({ level, chunkSize }),
    decompress: () => zlib.createGunzip({ chunkSize }),
  },
  brotli: {
    ending: '.br',
    levels: [0, 11],
    usual: 4,
    compress: (level) =>
      zlib.createBrotliCompress({ params: { [zlib.constants.BROTLI_PARAM_QUALITY]: level }, chunkSize }),
    decompress: () => zlib.createBrotliDecompress({ chunkSize }),
  },
  zstd: {
    ending: '.zst',
    magic: [0x28, 0xb5, 0x2f, 0xfd],
    levels: [1, 22],
    usual: 3,
    compress:
      createZstdCompress && ((level) => createZstdCompress({ params: { [ZSTD_LEVEL]: level }, chunkSize })),
    decompress: createZstdDecompress && (() => createZstdDecompress({ chunkSize })),
  },
};

const names = Object.keys(methods) as CompressionMethod[];

/** Endings of methods that joblib has and this package lacks. */
const FOREIGN_ENDINGS = ['.z', '.bz2', '.xz', '.lzma', '.lz4', '.zip', '.zstd', '.gzip'];

/** The rule of `compress` in words, for messages. */
export const compressionRule = `true, false, a level, ${names.map((name) => `'${name}'`).join(', ')} or { method, level }`;

export function isCompression(value: unknown): boolean {
  if (typeof value === 'boolean' || typeof value === 'number') return true;
  if (typeof value === 'string') return names.includes(value as CompressionMethod);
  const { method, level } = (value ?? {}) as { method?: unknown; level?: unknown };
  return names.includes(method as CompressionMethod) && (level === undefined || typeof level === 'number');
}

/** Returns the method that the ending of a path stands for. */
export function methodOfEnding(path: string): CompressionMethod | undefined {
  const ending = extname(path).toLowerCase();
  return names.find((name) => methods[name].ending === ending);
}

/** Returns the path without the ending of a method. */
export function withoutEnding(path: string): string {
  return methodOfEnding(path) ? path.slice(0, -extname(path).length) : path;
}

/** Combines `compress` with the file's ending. Returns undefined if the file is not compressed. */
export function resolveCompression(
  compress: Compression | undefined,
  path: string,
): ResolvedCompression | undefined {
  const ending = methodOfEnding(path);
  const named = extname(path).toLowerCase();
  if (compress === undefined && FOREIGN_ENDINGS.includes(named)) {
    const offered = names.map((name) => methods[name].ending).join(', ');
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `dump: nothing here compresses as the ending ${named} says: name the file ${offered}, or say how with compress (false: not at all)`,
    );
  }
  if (compress === false || compress === 0 || (compress === undefined && !ending)) return undefined;
  const asked =
    typeof compress === 'object' ? compress.method : typeof compress === 'string' ? compress : undefined;
  if (asked && ending && asked !== ending) {
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `dump: compress is '${asked}', and the name ends in ${extname(path)}, which says ${ending}: change one of them`,
    );
  }
  const method = asked ?? ending ?? 'gzip';
  const { levels, usual, compress: make } = methods[method];
  const level =
    (typeof compress === 'object' ? compress.level : typeof compress === 'number' ? compress : undefined) ??
    usual;
  if (!Number.isInteger(level) || level < levels[0] || level > levels[1]) {
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `dump: a level of ${method} is a whole number from ${levels[0]} to ${levels[1]}, got ${preview(level)}`,
    );
  }
  if (!make) throw cannotCompress(method);
  return { method, level };
}

export function compressor({ method, level }: ResolvedCompression): Transform {
  const { compress } = methods[method];
  if (!compress) throw cannotCompress(method);
  return compress(level);
}

export function decompressor(method: CompressionMethod): Transform {
  const { decompress } = methods[method];
  if (!decompress) throw cannotDecompress(method, 'with gzip');
  return decompress();
}

/** Returns the method of a file that begins with these bytes. */
export function methodOfMagic(bytes: Uint8Array): CompressionMethod | undefined {
  return names.find((name) => methods[name].magic?.every((byte, at) => bytes[at] === byte));
}

/** Says that the file is right and this Node too old to read it. */
export const cannotDecompress = (method: string, instead: string): ApplyError =>
  new ApplyError(
    'ERR_UNSUPPORTED',
    `load: ${needsNewer(method)}: use a newer Node, or have the file written ${instead}`,
  );

const cannotCompress = (method: string): ApplyError =>
  new ApplyError('ERR_INVALID_OPTION', `dump: ${needsNewer(method)}: use 'gzip' or 'brotli'`);

const needsNewer = (method: string) => `${method} needs Node 22.15 or newer, this is ${process.version}`;
