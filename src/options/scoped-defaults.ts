import { AsyncLocalStorage } from 'node:async_hooks';
import { checkOptions } from './check.js';
import type { Rules } from './rules.js';

const scopes = new AsyncLocalStorage<object>();

/** Runs `body`, and all that it starts, with these defaults. An inner scope's win over an outer one's. */
export const withDefaults = <T>(defaults: object, body: () => T): T =>
  scopes.run({ ...scopes.getStore(), ...defined(defaults) }, body);

/** Checks options, and returns them with the scope's defaults for those that are left out. */
export function checkedWithDefaults<T extends object>(verb: string, options: T, rules: Rules<T>): T {
  checkOptions(verb, options, rules);
  const defaults = scopes.getStore();
  if (defaults === undefined) return options;
  const known = Object.entries(defaults).filter(([name]) => Object.hasOwn(rules, name));
  return { ...Object.fromEntries(known), ...defined(options) } as T;
}

const defined = (options: object): object =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
