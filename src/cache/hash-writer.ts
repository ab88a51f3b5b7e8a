import { createHash, type Hash } from 'node:crypto';

/** Parts of a value that take more than this are hashed by themselves, and stand in the whole as their digests. */
const INLINE_BYTES = 1024;
const FLUSH_BYTES = 32 * 1024;
const START_BYTES = 64 * 1024;

/** A part of a value that is being written. */
export interface Part {
  start: number;
  hash: Hash | undefined;
}

/** Collects the bytes of a value, in a form that does not depend on the machine. */
export class HashWriter {
  #bytes: Buffer;
  #at = 0;

  constructor(startBytes = START_BYTES) {
    this.#bytes = Buffer.allocUnsafeSlow(startBytes);
  }

  tag(tag: string): void {
    this.#reserve(1);
    this.#bytes[this.#at++] = tag.charCodeAt(0);
  }

  count(count: number): void {
    this.#reserve(6);
    this.#at = this.#bytes.writeUIntLE(count, this.#at, 6);
  }

  float(value: number): void {
    this.#reserve(8);
    this.#at = this.#bytes.writeDoubleLE(Number.isNaN(value) ? Number.NaN : value, this.#at);
  }

  /** UTF-8; strings with half a surrogate pair, which has no UTF-8, as UTF-16. */
  text(text: string): void {
    const whole = !/\p{Surrogate}/u.test(text);
    const size = whole ? Buffer.byteLength(text) : text.length * 2;
    this.tag(whole ? '8' : '6');
    this.count(size);
    this.#reserve(size);
    this.#at += this.#bytes.write(text, this.#at, whole ? 'utf8' : 'utf16le');
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.byteLength);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.byteLength;
  }

  begin(): Part {
    return { start: this.#at, hash: undefined };
  }

  /** To be called between the members of a part: a large one is hashed as it grows. */
  grow(part: Part): void {
    if (this.#at - part.start > FLUSH_BYTES) this.#flush(part);
  }

  /** Ends a part. What is large is replaced by its digest, which is given. */
  end(part: Part): Buffer | undefined {
    if (!part.hash && this.#at - part.start <= INLINE_BYTES) return undefined;
    const digest = this.#flush(part).digest();
    this.digest(digest);
    return digest;
  }

  digest(digest: Uint8Array): void {
    this.tag('#');
    this.bytes(digest);
  }

  /** The digest of everything written. */
  finish(): Buffer {
    return createHash('sha256').update(this.#bytes.subarray(0, this.#at)).digest();
  }

  #flush(part: Part): Hash {
    part.hash ??= createHash('sha256');
    part.hash.update(this.#bytes.subarray(part.start, this.#at));
    this.#at = part.start;
    return part.hash;
  }

  #reserve(count: number): void {
    if (this.#at + count <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#at + count));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}
