/*
 * V8 gives up its fast way of joining arrays, in the whole thread and for good, as soon as anything gets a property named
 * Symbol.isConcatSpreadable. apache-arrow gives it to tables and vectors while it loads, and danfojs, compiled to ES5, joins arrays
 * for each `[...row]`: its functions take three times as long from then on. Where this module comes before apache-arrow and
 * show-spreadable.ts after, `Symbol` is a stand-in meanwhile, and what apache-arrow gets of it is a symbol that means nothing. Tables and
 * vectors become spreadable when there is a use for it: `spreadLikeArrays` in frame/.
 */

const original = Symbol;
const standIn = (description?: string | number): symbol => original(description);

globalThis.Symbol = Object.defineProperties(Object.setPrototypeOf(standIn, original), {
  isConcatSpreadable: { value: original('isConcatSpreadable, not yet') },
  prototype: { value: original.prototype },
});
