import { types } from 'node:util';
import { ApplyError } from '../errors.js';
import { pathTo } from '../values/index.js';

/** Throws `ERR_UNSTORABLE`, which says where in `root` the culprit is. */
export function refuse(root: unknown, culprit: unknown, name: string, why?: string): never {
  const reason = why ?? `is ${describe(culprit)}, which no file can keep. ${advice(culprit)}`;
  throw new ApplyError('ERR_UNSTORABLE', `dump: ${name}${pathTo(root, culprit)} ${reason}`);
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
