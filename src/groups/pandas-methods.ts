import { ApplyError } from '../errors.js';

const apply = (body: string) => `applyParallel(grouped, (group) => ${body})`;
const aggregate = apply('({ … })');
const transform = 'transformParallel(grouped, (group) => …)';

/** Method of pandas' groupby -> the code to write here instead. */
const methods: { readonly [name: string]: string } = {
  apply: apply('…'),
  map: apply('…'),
  mapGroups: apply('…'),
  pipe: apply('…'),
  transform,
  filter: 'filterParallel(grouped, (group) => …)',
  get_group: 'grouped.getGroup(key)',
  head: apply('group.slice(0, n)'),
  ...Object.fromEntries(
    'agg aggregate sum mean median std var min max count first last nunique quantile describe prod any all'
      .split(' ')
      .map((name) => [name, aggregate]),
  ),
  ...Object.fromEntries(
    'cumsum cumprod cumcount cummax cummin shift diff rank fillna ffill bfill rolling expanding resample pct_change'
      .split(' ')
      .map((name) => [name, transform]),
  ),
};

const properties: { readonly [name: string]: string } = {
  groups: 'for (const [key, group] of grouped) …, or grouped.keys and grouped.sizes()',
  ngroups: 'grouped.size',
};

/**
 * Gives a class of groups the names that pandas has for them. They throw an error that says what to write;
 * types do not show them.
 */
export function adviseOnPandasNames(prototype: object): void {
  for (const [name, advice] of Object.entries(methods)) {
    if (name in prototype) continue;
    const value = () => {
      throw unknownName(`${name}()`, advice);
    };
    Object.defineProperty(prototype, name, { value, configurable: true, writable: true });
  }
  for (const [name, advice] of Object.entries(properties)) {
    const get = () => {
      throw unknownName(name, advice);
    };
    Object.defineProperty(prototype, name, { get, configurable: true });
  }
}

const unknownName = (name: string, advice: string) =>
  new ApplyError('ERR_INVALID_OPTION', `groups have no ${name} here; write ${advice}`);
