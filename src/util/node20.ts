import type { Transform } from 'node:stream';

/* Stand-ins for what newer versions of Node have and Node 20, or its types, lack. */

/** Returns whether the memory was transferred away, as `ArrayBuffer.prototype.detached` tells. */
export function isDetached(buffer: ArrayBufferLike): boolean {
  if (buffer.byteLength > 0) return false;
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}

/** The functions for zstd, which `node:zlib` has from Node 22.15 on. */
export interface Zstd {
  createZstdCompress?(options: object): Transform;
  createZstdDecompress?(options: object): Transform;
  zstdDecompressSync?(bytes: Uint8Array): Buffer;
}

/** Returns `node:zlib`. Only those who ask load it: every worker loads this file. */
export const zstd = (): Zstd => process.getBuiltinModule('node:zlib') as Zstd;

/**
 * Returns a class of the language by its name; undefined for one that only newer versions have, such as
 * Float16Array.
 */
export const globalClass = (name: string): { readonly prototype: object } | undefined =>
  Reflect.get(globalThis, name) as { readonly prototype: object } | undefined;
