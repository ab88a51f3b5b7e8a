/** Returns the object on which tslab keeps the variables that notebook cells declare. */
export function notebookExports(): object | undefined {
  const session: unknown = Reflect.get(globalThis, '__tslab__');
  if (typeof session !== 'object' || session === null || !('exports' in session)) return undefined;
  return typeof session.exports === 'object' && session.exports !== null ? session.exports : undefined;
}
