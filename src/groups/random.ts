import { createHash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { GroupKey, KeyPart } from '../errors.js';

/** The random numbers of one group. They depend on seed and key, not on the group's position: other groups may come and go. */
export function randomOf(seed: string, key: GroupKey): () => number {
  const parts: readonly KeyPart[] = Array.isArray(key) ? key : [key as KeyPart];
  const hash = createHash('sha256');
  for (const text of [seed, ...parts.map(textOf)]) hash.update(`${text.length}:${text}`);
  const digest = hash.digest();
  const generator = xoroshiro128plusFromState([0, 4, 8, 12].map((at) => digest.readInt32LE(at)));
  return () => uniformFloat64(generator);
}

/** 1, 1n and '1' are different keys; -0 and 0 are one. */
function textOf(part: KeyPart): string {
  if (part instanceof Date) return `date ${part.getTime()}`;
  if (ArrayBuffer.isView(part)) return `bytes ${part.join()}`;
  return `${typeof part} ${part}`;
}
