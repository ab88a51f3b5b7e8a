import { inspect } from 'node:util';

/** Listing the keys of more elements than this costs more than hashing them. */
const FEW = 1000;

/** What an array has been given beside its elements, as `columns` by d3's parsers, or `index` by `match`. */
export function extraNames(array: readonly unknown[]): string[] {
  if (array.length > FEW && !showsMore(array)) return [];
  const names = Object.keys(array);
  // Those of elements come first.
  let at = names.length;
  while (at > 0 && !isIndex(names[at - 1])) at--;
  return names.slice(at);
}

/** Node can list the rest without the elements, and has no other way to ask it. */
function showsMore(array: readonly unknown[]): boolean {
  const text = inspect(array, {
    maxArrayLength: 0,
    depth: 0,
    customInspect: false,
    breakLength: Number.POSITIVE_INFINITY,
  });
  return text !== `[ ... ${array.length} more items ]`;
}

const isIndex = (name: string): boolean => String(Number(name) >>> 0) === name;
