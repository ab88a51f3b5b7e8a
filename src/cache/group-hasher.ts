import { createCipheriv, createHash } from 'node:crypto';
import { DIGEST_BYTES } from './digest-list.js';
import type { Hasher } from './hasher.js';

/*
 * Digests of groups are used in one cache only, so large groups are hashed by GMAC with a secret of that
 * cache. GMAC takes 4 to 6 GB/s, SHA-256 1.6. Without the secret nobody can make two groups with one digest,
 * and by chance two groups of n bytes have the same digest in one of 2^132 / n cases.
 */

/** Below this number of rows SHA-256 is faster, as it starts sooner. */
const FEW_ROWS = 256;

/** Creates the hasher for a group with `rows` rows. */
export const createGroupHasher = (secret: Uint8Array, rows: number): GroupHasher =>
  rows < FEW_ROWS ? new Sha256() : new Gmac(secret);

export interface GroupHasher extends Hasher {
  digest(): Buffer;
}

class Sha256 implements GroupHasher {
  readonly #hash = createHash('sha256');

  update(bytes: NodeJS.ArrayBufferView): void {
    this.#hash.update(bytes);
  }

  digest(): Buffer {
    return this.#hash.digest().subarray(0, DIGEST_BYTES);
  }
}

/**
 * The same nonce for all groups. That is safe here: nothing is encrypted, and those who can read the digests
 * of a cache can read its secret too.
 */
const NONCE = Buffer.alloc(12);
/** OpenSSL takes less than 2 GB at a time. */
const MAX_BYTES = 2 ** 30;

class Gmac implements GroupHasher {
  readonly #cipher;

  constructor(secret: Uint8Array) {
    this.#cipher = createCipheriv('aes-128-gcm', secret, NONCE);
  }

  update({ buffer, byteOffset, byteLength }: NodeJS.ArrayBufferView): void {
    for (let from = 0; from < byteLength; from += MAX_BYTES) {
      const length = Math.min(MAX_BYTES, byteLength - from);
      this.#cipher.setAAD(new Uint8Array(buffer, byteOffset + from, length));
    }
  }

  digest(): Buffer {
    this.#cipher.final();
    return this.#cipher.getAuthTag();
  }
}
