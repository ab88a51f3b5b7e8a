/*
 * V8 abandons its fast path for joining arrays, in the whole thread and for good, when anything gets a
 * property named Symbol.isConcatSpreadable. apache-arrow gives it to its tables and vectors when it loads.
 * danfojs, compiled to ES5, joins arrays for each `[...row]`, and becomes three times slower by it. So a
 * stand-in replaces `Symbol` while apache-arrow loads, with another symbol as its isConcatSpreadable.
 * Nothing useful is lost: `array.concat(vector)` appended holes, as vectors have no values at their
 * indices, and now appends the vector itself.
 */

const original = Symbol;
const standIn = (description?: string | number): symbol => original(description);

Object.defineProperties(Object.setPrototypeOf(standIn, original), {
  isConcatSpreadable: { value: original('isConcatSpreadable of apache-arrow') },
  prototype: { value: original.prototype },
});

// This fails silently if globals are frozen; danfojs stays slow then.
Reflect.set(globalThis, 'Symbol', standIn);
