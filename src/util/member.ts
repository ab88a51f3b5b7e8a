/**
 * Reads a property without running getters: the value on the object or its prototypes, undefined for a
 * getter. The user's getters may throw or change something.
 */
export function member(value: object, name: PropertyKey): unknown {
  // Most values have no such property, and `in` is faster than the walk.
  if (!(name in value)) return undefined;
  for (let step: object | null = value; step !== null; step = Object.getPrototypeOf(step)) {
    const descriptor = Object.getOwnPropertyDescriptor(step, name);
    if (descriptor) return descriptor.value;
  }
  return undefined;
}

export const hasMethod = (value: object, name: PropertyKey): boolean =>
  typeof member(value, name) === 'function';

/** Returns true if the value has an array of this name, as the frames of all libraries do. */
export const hasArray = (value: object, name: PropertyKey): boolean => Array.isArray(member(value, name));

export const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
