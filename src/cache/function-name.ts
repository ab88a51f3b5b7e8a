import type { AnyFunction } from '../ship/index.js';

/** Returns a function's name; 'anonymous' if it is empty, or no text because the program has set it. */
export const functionName = ({ name }: AnyFunction): string =>
  typeof name === 'string' && name !== '' ? name : 'anonymous';
