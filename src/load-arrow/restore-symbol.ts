/** Ends what hide-concat-spreadable.ts began: the prototype of symbols has always been the original's. */
Reflect.set(globalThis, 'Symbol', Symbol.prototype.constructor);
