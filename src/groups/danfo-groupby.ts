import { tableFromDanfoGroupby } from '../frame/index.js';
import { GroupBy } from './groupby.js';
import { resolveGroupbyOptions } from './groupby-options.js';
import { keyColumns } from './key-columns.js';

/** Returns the groups of a danfojs Groupby as groups of this package. */
export function danfoGroupBy(grouped: Parameters<typeof tableFromDanfoGroupby>[0]): GroupBy<unknown> {
  const { table, by, labels } = tableFromDanfoGroupby(grouped);
  const columns = keyColumns(table, by);
  const keys = by.length === 1 ? { ...columns, isScalar: true } : columns;
  return new GroupBy({ table, kind: 'danfo', labels }, keys, resolveGroupbyOptions({}));
}
