import { demeanArrow, demeanColumns, demeanForPeers } from '../functions/demean.js';
import { numbersByKey } from '../tables.js';
import type { ApplyCase } from '../types.js';

export const smallGroups: ApplyCase = {
  kind: 'apply',
  name: 'small-groups',
  title: '200,000 rows in 20,000 groups: demean, with a function on columns and one on Arrow tables',
  keys: ['key'],
  data: (share) => numbersByKey(200_000 * share, 20_000 * share),
  ours: { columns: demeanColumns, arrow: demeanArrow },
  ...demeanForPeers,
  goals: [
    { peer: 'joblib', form: 'columns', times: 100 },
    { peer: 'joblib', form: 'arrow', times: 40 },
  ],
};
