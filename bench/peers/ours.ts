/** This package, from dist: `nJobs` and the form of the group are the entrant's settings. */
import type { Table } from 'apache-arrow';
import { applyParallel, groupby } from 'apply-parallel';
import { arrowColumns } from '../columns.js';
import type { Form, Group, Peer } from '../types.js';
import { danfoColumns, danfoFrame } from './danfo.js';

type Fn = (group: Group) => Table;

export const ours: Peer = async (benchCase, table, { form, nJobs }) => {
  const fn = benchCase.ours[form as Form] as Fn;
  if (form !== 'danfo') {
    return {
      run: () => applyParallel(groupby(table, benchCase.keys), fn, { input: form, nJobs }),
      columns: (result) => arrowColumns(result as Table),
    };
  }
  const frame = await danfoFrame(table);
  return {
    run: () => applyParallel(frame.groupby(benchCase.keys) as never, fn, { nJobs }),
    columns: danfoColumns,
  };
};
