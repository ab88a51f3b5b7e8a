import { type Data, Field } from 'apache-arrow';
import { JS_KIND } from '../../arrow/index.js';
import type { InferContext } from './context.js';

/** A column made from JavaScript values. */
export interface InferredColumn {
  readonly data: Data;
  /** The kind of value that the type alone does not tell: Dates give timestamps, typed arrays give lists. */
  readonly kind?: 'Date' | 'bigint' | 'TypedArray';
}

/** The inference of a column, passed to lists and structs as a parameter: importing it would be a circle. */
export type Infer = (values: ArrayLike<unknown>, context: InferContext) => InferredColumn;

/**
 * Returns the nullable field of an inferred column; its metadata keeps the kind. Lists and structs use it for
 * their children.
 */
export function fieldOf(name: string, { data, kind }: InferredColumn): Field {
  return new Field(name, data.type, true, kind && new Map([[JS_KIND, kind]]));
}
