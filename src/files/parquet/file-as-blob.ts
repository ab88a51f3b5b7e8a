import type { OpenFile } from '../format.js';

/**
 * Returns a file as the part of a Blob that parquet-wasm uses: it slices it and asks for the bytes. Node's
 * own blobs of files read through streams, in small pieces.
 */
export function fileAsBlob(file: OpenFile): Blob {
  return new FileRange(file, 0, file.size) as Pick<Blob, 'size' | 'slice' | 'arrayBuffer'> as Blob;
}

class FileRange {
  readonly #file: OpenFile;
  readonly #from: number;
  readonly size: number;

  constructor(file: OpenFile, from: number, size: number) {
    this.#file = file;
    this.#from = from;
    this.size = size;
  }

  slice(from = 0, to = this.size): Blob {
    const range = new FileRange(this.#file, this.#from + from, to - from);
    return range as Pick<Blob, 'size' | 'slice' | 'arrayBuffer'> as Blob;
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    const buffer = new ArrayBuffer(this.size);
    await this.#file.readInto(new Uint8Array(buffer), this.#from);
    return buffer;
  }
}
