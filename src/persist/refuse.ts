import { types } from 'node:util';
import { ApplyError } from '../errors.js';
import { recordOf } from '../values/index.js';
import { kindOf } from './kind-of.js';

/** Says where `culprit` is. The way to it is looked for only now: keeping paths would slow down every other value. */
export function refuse(root: unknown, culprit: unknown, name: string, why?: string): never {
  const reason = why ?? `is ${describe(culprit)}, which no file can keep. ${advice(culprit)}`;
  const path = pathTo(root, culprit);
  const place = path.length > MOST_SHOWN ? `${path.slice(0, MOST_SHOWN)}…` : path;
  throw new ApplyError('ERR_UNSTORABLE', `dump: ${name}${place} ${reason}`);
}

const MOST_SHOWN = 100;

function pathTo(root: unknown, culprit: unknown): string {
  const seen = new Set<unknown>();
  const waiting: { value: unknown; path: string }[] = [{ value: root, path: '' }];
  for (const { value, path } of waiting) {
    if (value === culprit) return path;
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    const kind = kindOf(value);
    if (kind !== 'container' && kind !== 'error') continue;
    seen.add(value);
    if (types.isMap(value)) {
      for (const [key, inner] of value) {
        waiting.push({ value: key, path: `${path}(key)` });
        waiting.push({
          value: inner,
          path: `${path}.get(${typeof key === 'object' ? '…' : JSON.stringify(key)})`,
        });
      }
    } else if (types.isSet(value)) {
      for (const member of value) waiting.push({ value: member, path: `${path}(member)` });
    } else {
      const { visible, hidden } =
        kind === 'error' ? recordOf(value as Error) : { visible: value, hidden: {} };
      for (const [key, inner] of Object.entries({ ...visible, ...hidden })) {
        const step =
          Array.isArray(value) && /^\d/.test(key)
            ? `[${key}]`
            : /^[A-Za-z_$][\w$]*$/.test(key)
              ? `.${key}`
              : `[${JSON.stringify(key)}]`;
        waiting.push({ value: inner, path: path + step });
      }
    }
  }
  return '';
}

function describe(value: unknown): string {
  if (typeof value === 'function') return value.name ? `the function ${value.name}` : 'a function';
  if (typeof value === 'symbol') return 'a symbol';
  if (types.isProxy(value)) return 'a Proxy';
  const holder = (value as { constructor?: { name?: string } }).constructor;
  return `an instance of ${holder?.name || 'a class without a name'}`;
}

function advice(value: unknown): string {
  if (typeof value === 'function') return 'Keep functions in a module, and dump what they need.';
  if (typeof value === 'symbol') return 'Use a string.';
  if (types.isPromise(value)) return 'Await it first.';
  if (types.isProxy(value)) return 'Copy what it stands for into a plain object.';
  return 'Dump its data, for example { ...instance }, and make the instance again after load.';
}
