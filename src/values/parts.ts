import { recordOf } from './error-record.js';
import { extraKeys } from './extra-keys.js';
import type { Kind } from './kind.js';

/** Returns the values that an object of this kind holds, in the order in which V8 serializes them. */
export function partsOf(value: object, kind: Kind): Iterable<unknown> {
  switch (kind) {
    case 'object':
    case 'bare':
      return Object.values(value);
    case 'array': {
      const array = value as readonly unknown[];
      const extra = extraKeys(array);
      return extra.length === 0 ? array : [...array, ...extra.map((key): unknown => Reflect.get(array, key))];
    }
    case 'map':
      return keysAndValues(value as ReadonlyMap<unknown, unknown>);
    case 'set':
      return value as ReadonlySet<unknown>;
    case 'error': {
      const { visible, hidden } = recordOf(value as Error);
      return [...Object.values(visible), ...Object.values(hidden)];
    }
    default:
      return [];
  }
}

function* keysAndValues(map: ReadonlyMap<unknown, unknown>): Iterable<unknown> {
  for (const [key, value] of map) {
    yield key;
    yield value;
  }
}
