import { member } from '../../util/index.js';
import type { DanfoColumns } from './columns.js';
import { type DanfoConstructor, danfoClassOf } from './frame-class.js';

type Named = Pick<DanfoColumns, 'names' | 'dtypes'>;

const usable = new WeakMap<DanfoConstructor, DanfoConstructor>();

/**
 * Returns the class itself if its constructor takes columns as danfojs' does. A user's constructor may take
 * other parameters; then a stand-in is returned that makes instances with danfojs' constructor. They have all
 * methods of the user's class, and lack the fields that its constructor sets.
 */
export function withUsableConstructor(DataFrame: DanfoConstructor, columns: Named): DanfoConstructor {
  let found = usable.get(DataFrame);
  if (found === undefined) {
    found = keepsColumns(DataFrame, columns) ? DataFrame : withDanfoConstructor(DataFrame);
    usable.set(DataFrame, found);
  }
  return found;
}

/**
 * Tries the constructor with one column more, because it may ignore the names given and set those its frames
 * usually have.
 */
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

/** Makes a stand-in that constructs instances of the class with danfojs' constructor. */
function withDanfoConstructor(DataFrame: DanfoConstructor): DanfoConstructor {
  const Own = danfoClassOf(DataFrame);
  function StandIn(...parameters: ConstructorParameters<DanfoConstructor>): object {
    return Reflect.construct(Own, parameters, new.target === StandIn ? DataFrame : new.target);
  }
  StandIn.prototype = DataFrame.prototype;
  return Object.setPrototypeOf(StandIn, DataFrame) as DanfoConstructor;
}
