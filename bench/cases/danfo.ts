/** danfojs frames in and out, with a function on danfojs frames. */
import { demeanDanfo, demeanForPeers } from '../functions/demean.js';
import { numbersByKey } from '../tables.js';
import type { ApplyCase } from '../types.js';

const danfoCase = (name: string, rows: number, groups: number, times: number): ApplyCase => ({
  kind: 'apply',
  name,
  title: `danfojs DataFrame, ${rows.toLocaleString('en')} rows × 3 columns in ${groups.toLocaleString('en')} groups: demean`,
  keys: ['key'],
  data: (share) => numbersByKey(rows * share, groups * share, 'names'),
  ours: { danfo: demeanDanfo },
  ...demeanForPeers,
  goals: [
    { peer: 'danfo', times },
    { peer: 'danfojs groupby-apply, apache-arrow loaded', times },
  ],
});

export const danfo = danfoCase('danfo', 200_000, 100, 4);
export const danfoSmallGroups = danfoCase('danfo-small-groups', 20_000, 2_000, 3);
