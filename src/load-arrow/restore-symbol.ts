/** Puts back the original `Symbol`, which is the constructor of the prototype that the stand-in shares. */
Reflect.set(globalThis, 'Symbol', Symbol.prototype.constructor);
