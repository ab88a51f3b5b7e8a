import { kindOf } from '../values/index.js';

/** An object as it was, and how to tell that it still is. */
type Check = () => boolean;

/**
 * Remembers plain data as it is now, to tell later whether anything in it has changed. Looking costs a
 * quarter of writing the value again. Large memory that calls share is not looked at.
 */
export class Snapshot {
  readonly #checks: readonly Check[];

  private constructor(checks: readonly Check[]) {
    this.#checks = checks;
  }

  /**
   * Returns undefined for objects whose parts cannot be looked at without side effects or in full.
   *
   * @param objects all objects in the value, itself included
   * @param isShared tells whether calls share the memory of a view, so that its bytes do not count
   */
  static of(
    objects: Iterable<object>,
    isShared: (view: ArrayBufferView) => boolean = () => false,
  ): Snapshot | undefined {
    const checks: Check[] = [];
    for (const object of objects) {
      const check = checkOf(object, isShared);
      if (!check) return undefined;
      checks.push(check);
    }
    return new Snapshot(checks);
  }

  isCurrent(): boolean {
    return this.#checks.every((check) => check());
  }
}

function checkOf(object: object, isShared: (view: ArrayBufferView) => boolean): Check | undefined {
  switch (kindOf(object)) {
    case 'object':
      return checkFields(object as Fields);
    case 'array':
      return checkElements(object as readonly unknown[]);
    case 'map':
      return checkEntries(object as ReadonlyMap<unknown, unknown>);
    case 'set':
      return checkMembers(object as ReadonlySet<unknown>);
    case 'date': {
      const time = (object as Date).getTime();
      return () => Object.is((object as Date).getTime(), time);
    }
    case 'view': {
      const view = object as ArrayBufferView;
      return isShared(view) ? () => true : checkBytes(view);
    }
    default:
      return undefined;
  }
}

type Fields = { readonly [key: string]: unknown };

function checkFields(object: Fields): Check {
  const keys = Object.keys(object);
  const values = keys.map((key) => object[key]);
  return () => {
    if (kindOf(object) !== 'object') return false;
    const now = Object.keys(object);
    if (now.length !== keys.length || Object.getOwnPropertySymbols(object).length > 0) return false;
    for (let k = 0; k < keys.length; k++) {
      if (now[k] !== keys[k] || !Object.is(object[keys[k]], values[k])) return false;
    }
    return true;
  };
}

function checkElements(array: readonly unknown[]): Check | undefined {
  const values = Array.from({ length: array.length }, (_, k) => array[k]);
  const isDense = () => Object.keys(array).length === values.length;
  if (!isDense()) return undefined;
  return () => {
    if (array.length !== values.length || kindOf(array) !== 'array') return false;
    for (let k = 0; k < values.length; k++) if (!Object.is(array[k], values[k])) return false;
    return isDense();
  };
}

function checkEntries(map: ReadonlyMap<unknown, unknown>): Check {
  const entries = [...map];
  return () => {
    if (map.size !== entries.length) return false;
    let k = 0;
    for (const [key, value] of map) {
      const entry = entries[k++];
      if (!Object.is(key, entry[0]) || !Object.is(value, entry[1])) return false;
    }
    return true;
  };
}

function checkMembers(set: ReadonlySet<unknown>): Check {
  const members = [...set];
  return () => {
    if (set.size !== members.length) return false;
    let k = 0;
    for (const member of set) if (!Object.is(member, members[k++])) return false;
    return true;
  };
}

function checkBytes(view: ArrayBufferView): Check {
  const bytes = () => Buffer.from(view.buffer, view.byteOffset, view.byteLength);
  const then = Buffer.from(bytes());
  return () => view.byteLength === then.byteLength && Buffer.compare(bytes(), then) === 0;
}
