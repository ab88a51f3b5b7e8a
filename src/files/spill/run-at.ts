/** Finds the last run that begins at or before a place. Run `k` has places starts[k] to starts[k + 1]-1. */
export function runAt(place: number, starts: Int32Array): number {
  let low = 0;
  let high = starts.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (starts[middle] <= place) low = middle;
    else high = middle - 1;
  }
  return low;
}
