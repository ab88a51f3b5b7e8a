import { smoothForPeers } from '../functions/smooth.js';
import { numbersByKey } from '../tables.js';
import type { ApplyCase } from '../types.js';

export const heavyGroups: ApplyCase = {
  kind: 'apply',
  name: 'heavy-groups',
  title: '400 groups of 1,000 rows with about 5 ms of arithmetic each',
  keys: ['key'],
  data: (share) => numbersByKey(400_000 * share, 400 * share),
  ...smoothForPeers,
};
