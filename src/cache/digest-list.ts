export const DIGEST_BYTES = 16;

/** Digests in one array, {@link DIGEST_BYTES} each. */
export class DigestList {
  constructor(readonly bytes: Uint8Array) {}

  get count(): number {
    return this.bytes.byteLength / DIGEST_BYTES;
  }

  /** Returns a digest as a key for maps, one character a byte. */
  at(index: number): string {
    return this.#buffer(index).toString('latin1');
  }

  set(index: number, digest: Uint8Array): void {
    this.bytes.set(digest, index * DIGEST_BYTES);
  }

  equals(index: number, digest: Uint8Array): boolean {
    return this.#buffer(index).equals(digest);
  }

  pick(indices: readonly number[]): DigestList {
    const picked = new DigestList(new Uint8Array(indices.length * DIGEST_BYTES));
    indices.forEach((index, k) => {
      picked.set(k, this.#buffer(index));
    });
    return picked;
  }

  *[Symbol.iterator](): Iterator<string> {
    for (let index = 0; index < this.count; index++) yield this.at(index);
  }

  toText(): string {
    return Buffer.from(this.bytes).toString('base64');
  }

  static fromText(text: string): DigestList {
    return new DigestList(Buffer.from(text, 'base64'));
  }

  #buffer(index: number): Buffer {
    const { buffer, byteOffset } = this.bytes;
    return Buffer.from(buffer, byteOffset + index * DIGEST_BYTES, DIGEST_BYTES);
  }
}
