import { readSync, writeSync } from 'node:fs';
import { type Frame, FrameReader, frameHead } from '../../../wire/index.js';

const PIECE_BYTES = 1024 * 1024;

/**
 * The pipes to the glue. Both ways block: the runner reads only while no function runs, and the glue reads
 * answers in a thread of its own.
 */
export class Pipes {
  readonly #input: number;
  readonly #output: number;
  readonly #piece = Buffer.allocUnsafeSlow(PIECE_BYTES);
  readonly #ready: Frame[] = [];
  readonly #reader = new FrameReader((frame) => this.#ready.push(frame));

  constructor(input: number, output: number) {
    this.#input = input;
    this.#output = output;
  }

  /** Returns the next frame; undefined when the glue has closed its pipe. */
  read(): Frame | undefined {
    while (this.#ready.length === 0) {
      const got = readSync(this.#input, this.#piece, 0, PIECE_BYTES, null);
      if (got === 0) return undefined;
      this.#reader.push(this.#piece.subarray(0, got));
    }
    return this.#ready.shift();
  }

  write(kind: number, body: Uint8Array = new Uint8Array(0)): void {
    const head = frameHead(kind, body.byteLength);
    for (const part of [head, body]) {
      for (let at = 0; at < part.byteLength; ) at += writeSync(this.#output, part, at);
    }
  }
}
