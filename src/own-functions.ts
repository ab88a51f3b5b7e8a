/*
 * The functions of this package that users import for the functions of their groups. Workers that import
 * nothing have them in their own file.
 */
export {
  cumsum,
  diff,
  dropNull,
  fillNull,
  filterRows,
  lookup,
  shift,
  slice,
  sortBy,
  take,
} from './columns/index.js';
export { rolling, windows } from './windows/index.js';
