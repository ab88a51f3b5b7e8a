import { checkOptions, flag, type Rules } from '../options/index.js';

/** Options of {@link groupby}. */
export interface GroupbyOptions {
  /**
   * Order the groups by ascending key: numbers numerically, strings by code point, dates by time. `false`
   * keeps the order of first appearance. Rows inside a group always keep their order.
   * @default true
   */
  sort?: boolean;
  /**
   * Drop rows whose key is null or NaN. `false` makes them one group, the last one.
   * @default true
   */
  dropna?: boolean;
  /**
   * For dictionary (categorical) keys: only the values that occur become groups. `false` makes an empty group
   * of each unused one.
   * @default true
   */
  observed?: boolean;
}

const groupbyRules: Rules<GroupbyOptions> = {
  sort: flag,
  dropna: flag,
  observed: flag,
};

/** Checks the options of {@link groupby} and fills in what is missing. */
export function resolveGroupbyOptions(options: GroupbyOptions): Required<GroupbyOptions> {
  checkOptions('groupby', options, groupbyRules);
  return { sort: options.sort ?? true, dropna: options.dropna ?? true, observed: options.observed ?? true };
}
