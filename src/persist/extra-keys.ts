import { inspect } from 'node:util';

/** Above it, asking for all keys costs more than a look through `inspect`. */
const FEW = 200;

/**
 * Own enumerable properties of an array besides its elements. `Object.keys` makes a string for each element, 0.1 µs and more; `inspect` asks V8 for
 * the others alone, 20 µs however long the array is, and when it shows none there is none.
 */
export function extraKeys(array: readonly unknown[]): string[] {
  const { length } = array;
  if (length > FEW) {
    const shown = inspect(array, { maxArrayLength: 0, depth: 0, customInspect: false });
    if (shown === `[ ... ${length} more items ]`) return [];
  }
  const keys = Object.keys(array);
  // Elements come first.
  const last = keys.at(-1);
  return last === undefined || isElement(last) ? [] : keys.filter((key) => !isElement(key));
}

const isElement = (key: string) => /^\d+$/.test(key);
