import { type Utf8, type Vector, vectorFromArray } from 'apache-arrow';
import {
  applyParallel,
  type Column,
  type ColumnLike,
  type Columns,
  type ColumnVector,
  type FrameLike,
  groupby,
  type NumericArray,
} from 'apply-parallel';
import { expectTypeOf } from 'expect-type';

/* What fits as a column, and as a result. */

declare const words: Vector<Utf8>;
declare const numbers: Float64Array;

// An Arrow vector is a column: of a result, and where a function asks for one.
expectTypeOf(words).toExtend<ColumnVector>();
expectTypeOf(words).toExtend<Column>();
expectTypeOf(words).toExtend<ColumnLike>();
expectTypeOf(vectorFromArray([1, 2, 3])).toExtend<ColumnLike>();
expectTypeOf({ words, numbers, list: [1, null, 2] }).toExtend<FrameLike>();
({ words, numbers }) satisfies Columns;

// Every typed array a column can be; no others.
expectTypeOf(numbers).toExtend<NumericArray>();
expectTypeOf<BigInt64Array>().toExtend<NumericArray>();
expectTypeOf<Uint8ClampedArray>().not.toExtend<NumericArray>();

// A vector reads as what it holds, or null.
expectTypeOf<ColumnVector<string>['get']>().returns.toEqualTypeOf<string | null>();
expectTypeOf([...({} as ColumnVector<string>)]).toEqualTypeOf<(string | null)[]>();

// Rows, one row, nothing.
expectTypeOf([{ a: 1 }]).toExtend<FrameLike>();
expectTypeOf({ a: 1 }).toExtend<FrameLike>();
expectTypeOf(null).toExtend<FrameLike>();
expectTypeOf(undefined).toExtend<FrameLike>();
// A scalar is no frame.
expectTypeOf(5).not.toExtend<FrameLike>();
expectTypeOf('text').not.toExtend<FrameLike>();

// Plain columns: what is an array outside is a typed array or a vector in a group; the result has columns of
// any name.
const plain = groupby({ shop: ['a'], price: [1, null], id: [1n], done: [true], x: numbers }, 'shop');
const scaled = applyParallel(plain, (g) => {
  expectTypeOf(g.shop).toEqualTypeOf<ColumnVector<string>>();
  expectTypeOf(g.price).toEqualTypeOf<Float64Array>();
  expectTypeOf(g.id).toEqualTypeOf<BigInt64Array>();
  expectTypeOf(g.done).toEqualTypeOf<ColumnVector<boolean>>();
  expectTypeOf(g.x).toEqualTypeOf<Float64Array>();
  return { ...g, total: g.price.map((price) => price * 2) };
});
expectTypeOf(scaled).resolves.toEqualTypeOf<{
  shop: ColumnVector<string>;
  price: Float64Array;
  id: BigInt64Array;
  done: ColumnVector<boolean>;
  x: Float64Array;
  total: Float64Array<ArrayBuffer>;
}>();
