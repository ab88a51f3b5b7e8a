import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { GroupKey, KeyPart } from '../errors.js';

/**
 * Returns a generator of one group's random numbers. It depends on seed and key, not on the position: other
 * groups may come and go.
 */
export function randomOf(seed: string, key: GroupKey): () => number {
  const parts: readonly KeyPart[] = Array.isArray(key) ? key : [key as KeyPart];
  // Not imported: every worker would load it when it starts, and most need no random numbers.
  const hash = process.getBuiltinModule('node:crypto').createHash('sha256');
  for (const text of [seed, ...parts.map(textOf)]) hash.update(`${text.length}:${text}`);
  const digest = hash.digest();
  const generator = xoroshiro128plusFromState([0, 4, 8, 12].map((at) => digest.readInt32LE(at)));
  return () => uniformFloat64(generator);
}

/** Returns different texts for the keys 1, 1n and '1', and the same text for -0 and 0. */
function textOf(part: KeyPart): string {
  if (part instanceof Date) return `date ${part.getTime()}`;
  if (ArrayBuffer.isView(part)) return `bytes ${part.join()}`;
  return `${typeof part} ${part}`;
}
