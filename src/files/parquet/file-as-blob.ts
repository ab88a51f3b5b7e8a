import type { Allocate } from '../../arrow/index.js';
import { asWhole } from '../../parquet-library/index.js';
import type { OpenFile } from '../format.js';

/**
 * Returns a file as the part of a Blob that parquet-wasm uses: it slices it and asks for the bytes. Node's
 * own blobs of files read through streams, in small pieces.
 */
export function fileAsBlob(file: OpenFile, allocate: Allocate): Blob {
  return new FileRange(file, 0, file.size, allocate) as Pick<Blob, 'size' | 'slice' | 'arrayBuffer'> as Blob;
}

class FileRange {
  readonly #file: OpenFile;
  readonly #from: number;
  readonly size: number;
  readonly #allocate: Allocate;

  constructor(file: OpenFile, from: number, size: number, allocate: Allocate) {
    this.#file = file;
    this.#from = from;
    this.size = size;
    this.#allocate = allocate;
  }

  slice(from = 0, to = this.size): Blob {
    const range = new FileRange(this.#file, this.#from + from, to - from, this.#allocate);
    return range as Pick<Blob, 'size' | 'slice' | 'arrayBuffer'> as Blob;
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    const bytes = this.#allocate(this.size, true);
    await this.#file.readInto(bytes, this.#from);
    return asWhole(bytes);
  }
}
