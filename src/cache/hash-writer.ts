import { createHash, type Hash } from 'node:crypto';

/** Parts larger than this are hashed on their own; their digest takes their place. */
const INLINE_BYTES = 1024;
/** A part that grows beyond this goes into its hash while it is written. */
const FLUSH_BYTES = 32 * 1024;
const START_BYTES = 64 * 1024;

/** A part of a value while it is written, such as an object or array. */
export interface HashPart {
  start: number;
  hash: Hash | undefined;
}

/** Collects the bytes of a value for hashing, the same on every machine. */
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

  /** Writes UTF-8, or UTF-16 for strings with lone surrogates, which UTF-8 cannot express. */
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

  begin(): HashPart {
    return { start: this.#at, hash: undefined };
  }

  /** Limits the memory of a large part by hashing what it has so far. Call it between its members. */
  grow(part: HashPart): void {
    if (this.#at - part.start > FLUSH_BYTES) this.#flush(part);
  }

  /** Ends a part. Replaces a large part by its digest and returns that. */
  end(part: HashPart): Buffer | undefined {
    if (!part.hash && this.#at - part.start <= INLINE_BYTES) return undefined;
    const digest = this.#flush(part).digest();
    this.digest(digest);
    return digest;
  }

  digest(digest: Uint8Array): void {
    this.tag('#');
    this.bytes(digest);
  }

  /** Returns the digest of everything written. */
  finish(): Buffer {
    return createHash('sha256').update(this.#bytes.subarray(0, this.#at)).digest();
  }

  #flush(part: HashPart): Hash {
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
