import type { AnyFunction } from '../ship/index.js';

/** The name of a function, which may have been given anything for one. */
export const functionName = ({ name }: AnyFunction): string =>
  typeof name === 'string' && name !== '' ? name : 'anonymous';
