const kept: object[] = [];

/**
 * Keeps an object alive for as long as the thread lives, and with it the code that V8 compiled for objects of
 * its shape. A major garbage collection that finds no such object drops this code, and the loops of the next
 * call start several times slower.
 */
export function keepCompiled(one: object): void {
  kept.push(one);
}
