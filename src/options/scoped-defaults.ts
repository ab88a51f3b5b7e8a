import { AsyncLocalStorage } from 'node:async_hooks';

const scopes = new AsyncLocalStorage<object>();

/** Runs `body`, and all that it starts, with these defaults; an inner scope's go before an outer one's. */
export const withDefaults = <T>(defaults: object, body: () => T): T =>
  scopes.run({ ...scopes.getStore(), ...defined(defaults) }, body);

/** Options with what the scope says of those of these names that are left out. */
export function configured<T extends object>(options: T, names: readonly string[]): T {
  const defaults = scopes.getStore();
  if (defaults === undefined) return options;
  const known = Object.entries(defaults).filter(([name]) => names.includes(name));
  return { ...Object.fromEntries(known), ...defined(options) } as T;
}

const defined = (options: object): object =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
