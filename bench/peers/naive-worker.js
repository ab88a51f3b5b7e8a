/** What a worker file looks like when it is written by hand: rows in, rows out. */
export default ({ name, rows }) => functions[name](rows);

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

const functions = {
  standardise(rows) {
    const delays = rows.map((row) => row.delay);
    const middle = mean(delays);
    const deviation = Math.sqrt(
      delays.reduce((sum, delay) => sum + (delay - middle) ** 2, 0) / (delays.length - 1),
    );
    return rows.map((row) => ({ ...row, z: (row.delay - middle) / deviation, late: row.delay > 15 }));
  },

  demean(rows) {
    const middle = mean(rows.map((row) => row.x));
    return rows.map((row) => ({ ...row, z: row.x - middle }));
  },

  smooth(rows) {
    const pull = rows.map((row) => row.x * 0.001);
    const z = rows.map((row) => row.x);
    for (let round = 0; round < 2500; round++) {
      for (let i = 0; i < z.length; i++) z[i] = z[i] * 0.999 + pull[i];
    }
    return rows.map((row, i) => ({ ...row, z: z[i] }));
  },
};
