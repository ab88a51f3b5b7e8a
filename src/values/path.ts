import { isObject } from '../util/index.js';
import { recordOf } from './error-record.js';
import { type Kind, kindOf } from './kind.js';

/**
 * Returns the shortest path from a value to one inside it, such as `.rows[3].get("a")`. Walkers look for a
 * path only when they refuse a value: to keep paths would slow down all other walks.
 */
export function pathTo(root: unknown, target: unknown): string {
  const seen = new Set<unknown>();
  const waiting: { value: unknown; path: string }[] = [{ value: root, path: '' }];
  for (const { value, path } of waiting) {
    if (value === target) return path.length > MAX_SHOWN ? `${path.slice(0, MAX_SHOWN)}…` : path;
    if (!isObject(value) || seen.has(value)) continue;
    seen.add(value);
    for (const [step, part] of stepsOf(value, kindOf(value)))
      waiting.push({ value: part, path: path + step });
  }
  return '';
}

const MAX_SHOWN = 100;

function* stepsOf(value: object, kind: Kind): Iterable<[step: string, part: unknown]> {
  switch (kind) {
    case 'map':
      for (const [key, part] of value as ReadonlyMap<unknown, unknown>) {
        yield ['(key)', key];
        yield [`.get(${shown(key)})`, part];
      }
      return;
    case 'set':
      for (const member of value as ReadonlySet<unknown>) yield ['(member)', member];
      return;
    case 'array':
    case 'object':
    case 'bare':
      for (const [key, part] of Object.entries(value)) yield [stepTo(key, kind), part];
      return;
    case 'error': {
      const { visible, hidden } = recordOf(value as Error);
      for (const [key, part] of Object.entries({ ...visible, ...hidden })) yield [stepTo(key, kind), part];
    }
  }
}

function shown(key: unknown): string {
  if (isObject(key)) return '…';
  return typeof key === 'string' ? JSON.stringify(key) : String(key);
}

function stepTo(key: string, kind: Kind): string {
  if (kind === 'array' && /^\d/.test(key)) return `[${key}]`;
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
