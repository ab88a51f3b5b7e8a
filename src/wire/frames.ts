import { damaged } from './format.js';

/*
 * Frames on a stream of bytes. Each begins with 16 bytes, little-endian: a word that tells frames from other
 * bytes, the frame's kind as uint32, the length of its content as uint64. The streams are not closed between
 * frames, and no frame needs an answer.
 */

export const FRAME_HEAD_BYTES = 16;
const MAGIC = 0x46575041;

/** A frame as it arrived. Its content lies in memory of its own, aligned for any type. */
export interface Frame {
  readonly kind: number;
  readonly content: Uint8Array<ArrayBuffer>;
}

export function frameHead(kind: number, byteLength: number): Uint8Array {
  const words = Uint32Array.of(MAGIC, kind, byteLength % 2 ** 32, Math.floor(byteLength / 2 ** 32));
  return new Uint8Array(words.buffer);
}

/** Puts the pieces of a stream together. */
export class FrameReader {
  readonly #onFrame: (frame: Frame) => void;
  readonly #head = new Uint8Array(FRAME_HEAD_BYTES);
  /** The bytes of the head, or of the content, that are there. */
  #filled = 0;
  #kind = 0;
  #content: Uint8Array<ArrayBuffer> | undefined;

  constructor(onFrame: (frame: Frame) => void) {
    this.#onFrame = onFrame;
  }

  /** True between two frames: a stream that ends elsewhere was cut off. */
  get isBetween(): boolean {
    return this.#content === undefined && this.#filled === 0;
  }

  /** Takes the next piece, and copies it: the caller may reuse its memory. */
  push(piece: Uint8Array): void {
    for (let at = 0; at < piece.length; ) {
      const target = this.#content ?? this.#head;
      const count = Math.min(target.length - this.#filled, piece.length - at);
      target.set(piece.subarray(at, at + count), this.#filled);
      at += count;
      this.#filled += count;
      if (this.#filled === target.length) this.#complete();
    }
  }

  #complete(): void {
    this.#filled = 0;
    if (this.#content === undefined) {
      const [magic, kind, low, high] = new Uint32Array(this.#head.buffer);
      if (magic !== MAGIC) throw damaged('a frame does not begin as one');
      this.#kind = kind;
      this.#content = new Uint8Array(low + high * 2 ** 32);
      if (this.#content.length > 0) return;
    }
    const content = this.#content;
    this.#content = undefined;
    this.#onFrame({ kind: this.#kind, content });
  }
}
