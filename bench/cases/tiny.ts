import { demeanColumns, demeanForPeers } from '../functions/demean.js';
import { numbersByKey } from '../tables.js';
import type { ApplyCase } from '../types.js';

export const tiny: ApplyCase = {
  kind: 'apply',
  name: 'tiny',
  title: 'One group of 10 rows, warm: what a call costs before it does anything (mean of 50 calls)',
  keys: ['key'],
  data: () => numbersByKey(10, 1),
  repeat: 50,
  ours: { columns: demeanColumns },
  ...demeanForPeers,
};
