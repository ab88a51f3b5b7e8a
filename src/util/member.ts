/**
 * What a property holds, of the object or along its prototypes; undefined where it is a getter. Values of any class are asked what they
 * are: a getter of the user's must not run for that, it may throw or change something.
 */
export function member(value: object, name: PropertyKey): unknown {
  // Most have none of that name, and `in` is quicker than the walk.
  if (!(name in value)) return undefined;
  for (let step: object | null = value; step !== null; step = Object.getPrototypeOf(step)) {
    const descriptor = Object.getOwnPropertyDescriptor(step, name);
    if (descriptor) return descriptor.value;
  }
  return undefined;
}

export const hasMethod = (value: object, name: PropertyKey): boolean =>
  typeof member(value, name) === 'function';

/** Has an array of this name, as the frames of all libraries do. */
export const hasArray = (value: object, name: PropertyKey): boolean => Array.isArray(member(value, name));

export const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
