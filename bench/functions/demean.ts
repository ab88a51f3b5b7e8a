/** z = x - mean(x): the lightest function there is, so the cases that use it time everything around it. */
import { makeVector, Table, tableFromIPC, type Vector } from 'apache-arrow';
import type { ApplyCase, Group } from '../types.js';

export function demean(x: Float64Array): Float64Array {
  const n = x.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += x[i];
  const mean = sum / n;
  const z = new Float64Array(n);
  for (let i = 0; i < n; i++) z[i] = x[i] - mean;
  return z;
}

export const demeanColumns = (g: Group) => ({ ...g, z: demean(g.x) });

export const demeanArrow = (g: Table) => {
  const x = g.getChild('x') as Vector;
  return g.assign(new Table({ z: makeVector(demean(x.toArray())) }));
};

export const demeanDanfo = (g: Group) => g.addColumn('z', g.x.sub(g.x.mean()));

export const demeanForPeers = {
  python: 'demean',
  naive: 'demean',
  polars: (part) => demeanArrow(tableFromIPC(part.writeIPCStream())),
  danfo: demeanDanfo,
} satisfies Partial<ApplyCase>;
