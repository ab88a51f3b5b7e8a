import { type Utf8, type Vector, vectorFromArray } from 'apache-arrow';
import type { Column, ColumnLike, Columns, ColumnVector, FrameLike, NumericArray } from 'apply-parallel';
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
