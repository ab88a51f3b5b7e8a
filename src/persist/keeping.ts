import { insideOf, type Kind, kindOf } from '../values/index.js';
import { isSpecial } from './specials.js';

/**
 * How a dump keeps an object: `container` by V8, with a look at what it holds; `error` in two parts; `leaf`
 * by V8 alone; `special` in a form of its own (see specials.ts); `refused` not at all.
 */
export type Keeping = 'container' | 'error' | 'leaf' | 'special' | 'refused';

const keepings: { readonly [kind in Exclude<Kind, 'instance'>]: Keeping } = {
  object: 'container',
  bare: 'container',
  array: 'container',
  map: 'container',
  set: 'container',
  date: 'leaf',
  regexp: 'leaf',
  boxed: 'leaf',
  view: 'leaf',
  error: 'error',
  url: 'special',
  buffer: 'special',
  shared: 'special',
  proxy: 'refused',
};

export function keepingOf(value: object, kind: Kind = kindOf(value)): Keeping {
  if (kind !== 'instance') return keepings[kind];
  // A view of a class that extends one of the language is kept as a view of that.
  if (insideOf(value) === 'view') return 'leaf';
  return isSpecial(value) ? 'special' : 'refused';
}
