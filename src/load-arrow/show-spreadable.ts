/** Ends what hide-spreadable.ts began: the prototype of symbols has always been the original's. */
globalThis.Symbol = Symbol.prototype.constructor as SymbolConstructor;
