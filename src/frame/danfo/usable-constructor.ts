import { member } from '../../util/index.js';
import type { DanfoColumns } from './columns.js';
import { type DanfoConstructor, danfoClassOf } from './frame-class.js';

type Named = Pick<DanfoColumns, 'names' | 'dtypes'>;

const safe = new WeakMap<DanfoConstructor, DanfoConstructor>();

/**
 * The class itself, or where its constructor does not do what danfojs' does with columns (a user's may take other parameters), one that
 * makes its instances without it: by danfojs' own, so that they have all methods, and none of the fields that the user's would set.
 */
export function withUsableConstructor(DataFrame: DanfoConstructor, columns: Named): DanfoConstructor {
  let found = safe.get(DataFrame);
  if (found === undefined) {
    found = keepsColumns(DataFrame, columns) ? DataFrame : withoutItsConstructor(DataFrame);
    safe.set(DataFrame, found);
  }
  return found;
}

/** With one more than there are: a constructor may name the columns that all its frames have at first. */
function keepsColumns(DataFrame: DanfoConstructor, columns: Named): boolean {
  const names = [...columns.names, 'one more'];
  const dtypes = [...columns.dtypes, 'string'];
  try {
    const frame = new DataFrame([], { columns: [...names], dtypes: [...dtypes] });
    return isSame(member(frame, '$columns'), names) && isSame(member(frame, '$dtypes'), dtypes);
  } catch {
    return false;
  }
}

const isSame = (found: unknown, wanted: readonly string[]): boolean =>
  Array.isArray(found) && found.length === wanted.length && wanted.every((each, k) => found[k] === each);

function withoutItsConstructor(DataFrame: DanfoConstructor): DanfoConstructor {
  const Own = danfoClassOf(DataFrame);
  function Stand(...parameters: ConstructorParameters<DanfoConstructor>): object {
    return Reflect.construct(Own, parameters, new.target === Stand ? DataFrame : new.target);
  }
  Stand.prototype = DataFrame.prototype;
  return Object.setPrototypeOf(Stand, DataFrame) as DanfoConstructor;
}
