import './load-arrow/index.js';

export {
  type AnyColumn,
  type AnyFrame,
  cumsum,
  diff,
  dropNull,
  type FillOptions,
  type Floats,
  fillNull,
  filterRows,
  type Joined,
  type LookupOptions,
  lookup,
  type NamedLater,
  type SameColumn,
  type ShiftOptions,
  type SortOptions,
  type Sums,
  shift,
  slice,
  sortBy,
  take,
  type WithMissing,
} from './columns/index.js';
export * from './windows/index.js';
