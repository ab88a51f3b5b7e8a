/** Functions of this package that users call in their functions, by name. */
export type OwnFunctions = Readonly<Record<string, unknown>>;

const names = new Map<unknown, string>();

/** Makes functions known to the thread that sends others which use them. */
export function knowOwnFunctions(functions: OwnFunctions): void {
  for (const [name, fn] of Object.entries(functions)) names.set(fn, name);
}

/** Returns the name under which workers may have a function in their own file. */
export const ownName = (value: unknown): string | undefined => names.get(value);

let ownFunctions: OwnFunctions = {};

/**
 * Makes functions that lie in this worker's own file take the place of those that modules of this package
 * export: these would load another copy of apache-arrow.
 */
export function provideOwnFunctions(functions: OwnFunctions): void {
  ownFunctions = functions;
}

/** Returns a function of this worker's own file; undefined in a worker that imports all modules. */
export const ownFunction = (name: string): unknown => ownFunctions[name];
