/**
 * Makes a generator whose `return` and `throw` end the call at once: both abort `over`. A plain async
 * generator notices them only at its next `yield`, after the result that somebody waits for.
 */
export function endingGenerator<T>(
  make: (over: AbortController) => AsyncGenerator<T, void, undefined>,
): AsyncGenerator<T, void, undefined> {
  const over = new AbortController();
  const results = make(over);
  const finish = results.return.bind(results);
  const fail = results.throw.bind(results);
  results.return = (value) => {
    over.abort();
    return finish(value);
  };
  results.throw = (error) => {
    over.abort();
    return fail(error);
  };
  return results;
}
