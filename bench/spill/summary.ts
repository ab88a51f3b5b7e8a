interface Rows {
  readonly key: Int32Array;
  readonly x0: Float64Array;
  readonly x1: Float64Array;
}

/** One row about a group: the function of the benchmarks of rows that do not fit, as dask_peer.py has it. */
export function summary({ key, x0, x1 }: Rows) {
  const n = x0.length;
  let [x, y] = [0, 0];
  for (let i = 0; i < n; i++) {
    x += x0[i];
    y += x1[i];
  }
  let [squares, products] = [0, 0];
  for (let i = 0; i < n; i++) {
    squares += (x0[i] - x / n) ** 2;
    products += (x0[i] - x / n) * (x1[i] - y / n);
  }
  return { key: key[0], rows: n, mean: x / n, std: Math.sqrt(squares / (n - 1)), slope: products / squares };
}
