import { type Data, Field } from 'apache-arrow';
import { JS_KIND } from '../../arrow/index.js';
import type { InferContext } from './context.js';

/** A column made from values, with what its field has to say beside the type. */
export interface InferredColumn {
  readonly data: Data;
  /** `Date` for timestamps made of Dates, `bigint` for bigints, `TypedArray` for lists made of typed arrays. */
  readonly kind?: 'Date' | 'bigint' | 'TypedArray';
}

/** How nested values get at the inference of what they hold, which imports them. */
export type Infer = (values: ArrayLike<unknown>, context: InferContext) => InferredColumn;

/** The field for an inferred column; nested ones carry their kind as the outer ones do. */
export function fieldOf(name: string, { data, kind }: InferredColumn): Field {
  return new Field(name, data.type, true, kind && new Map([[JS_KIND, kind]]));
}
