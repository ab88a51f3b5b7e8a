/** Where the time of a call goes: each stage of the same call, as `report` tells them. */
import type { Table } from 'apache-arrow';
import { applyParallel, groupby, type Report, shareTable } from 'apply-parallel';
import { arrowColumns } from '../columns.js';
import { standardiseForPeers } from '../functions/standardise.js';
import type { MakePrepared, StageCase } from '../types.js';
import { someFlights } from './flights-origin.js';

const stage =
  (name: keyof Report['stages']): MakePrepared =>
  async (given, keys) => {
    const table = shareTable(given) as Table;
    let last: Report | undefined;
    const report = (made: Report) => {
      last = made;
    };
    return {
      run: () =>
        applyParallel(groupby(table, keys), standardiseForPeers.ours.columns, { input: 'columns', report }),
      took: () => (last as Report).stages[name],
      columns: (result) => arrowColumns(result as Table),
    };
  };

export const stages: StageCase = {
  kind: 'stage',
  name: 'stages',
  title:
    'The stages of one call: flights by origin, standardised delay and late flag (its keys and scatter are in split-alone)',
  keys: ['origin'],
  data: someFlights,
  areParts: true,
  stages: { split: stage('split'), apply: stage('apply'), combine: stage('combine') },
};
