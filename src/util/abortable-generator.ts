/**
 * A generator whose `return` and `throw` end the call at once, and do not wait for a result that somebody still waits for: an async generator
 * by itself looks at them only when it comes to its next `yield`. `make` hears of it by `over`.
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
