/**
 * About 5 ms of plain arithmetic on 1,000 rows, each step needing the one before: the same operations in
 * every language.
 */
import type { ApplyCase, Group } from '../types.js';

const rounds = 2500;

export function smooth(x: ArrayLike<number>): Float64Array {
  const n = x.length;
  const pull = new Float64Array(n);
  for (let i = 0; i < n; i++) pull[i] = x[i] * 0.001;
  const z = Float64Array.from(x);
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < n; i++) z[i] = z[i] * 0.999 + pull[i];
  }
  return z;
}

export const smoothForPeers = {
  ours: { columns: (g: Group) => ({ ...g, z: smooth(g.x) }) },
  python: 'smooth',
  naive: 'smooth',
  polars: (part, pl) => part.withColumns(pl.Series('z', smooth(part.getColumn('x').toTypedArray()))),
  danfo: (g) => g.addColumn('z', [...smooth(g.x.values)]),
} satisfies Partial<ApplyCase>;
