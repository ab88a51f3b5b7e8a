/*
 * V8 gives up its fast way of joining arrays, in the whole thread and for good, as soon as anything gets a property named
 * Symbol.isConcatSpreadable. apache-arrow gives it to its tables and vectors when it loads, and danfojs, compiled to ES5, joins arrays
 * for each `[...row]`: its functions take three times as long from then on. So `Symbol` is a stand-in while apache-arrow loads, with
 * a symbol in that place that means nothing. What that changes is of no use: `array.concat(vector)` appended holes, since vectors have
 * no values at their indices, and now appends the vector.
 */

const original = Symbol;
const standIn = (description?: string | number): symbol => original(description);

Object.defineProperties(Object.setPrototypeOf(standIn, original), {
  isConcatSpreadable: { value: original('isConcatSpreadable of apache-arrow') },
  prototype: { value: original.prototype },
});

// Does nothing where globals are frozen, and danfojs is slow there.
Reflect.set(globalThis, 'Symbol', standIn);
