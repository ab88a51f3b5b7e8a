const kept: object[] = [];

/**
 * Keeps one object of a class, or of a shape, for as long as the thread lives. V8 throws away what it has compiled for objects of a
 * shape when a major garbage collection finds none of them left, as between two calls; the loops of the next call would then run uncompiled
 * at first, several times slower. Called beside classes that such loops work with.
 */
export function keepCompiled(one: object): void {
  kept.push(one);
}
