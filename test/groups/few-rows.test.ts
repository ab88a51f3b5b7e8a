import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, describe, it } from 'node:test';
import { runInThisContext } from 'node:vm';
import { applyParallel, type Columns, type GroupError, groupby, type Report, shutdown } from 'apply-parallel';
import { onlyComputes } from '#dist/ship/index.js';

type Row = Record<string, unknown>;
type Fn = (group: never, context: never) => unknown;

const HERE = /^this thread: .* so few rows/;
/** Machines that are busy may take a call to the workers, so that tests make several functions. */
const MOST_TRIES = 50;

const rowsOf = (count: number): Row[] => Array.from({ length: count }, (_, i) => ({ k: i % 2, v: i }));
const columnsOf = (count: number) => ({
  k: Int32Array.from({ length: count }, (_, i) => i % 2),
  v: Float64Array.from({ length: count }, (_, i) => i),
});

let made = 0;
/** Makes a function that no call has seen. */
const fresh = (text: string): Fn => {
  made++;
  return runInThisContext(`(${text.replace('{', `{ const call = ${made};`)})`);
};

/** Calls a function, and tells where it ran and why. */
async function call(fn: Fn, frame: object, options: object = {}) {
  let because: string | undefined;
  const report = (each: Report) => {
    because = each.workersBecause;
  };
  const grouped = groupby(frame as Columns, 'k');
  const result = await applyParallel(grouped, fn as never, { report, ...options } as object);
  return { result: result as unknown, isHere: HERE.test(because ?? '') };
}

/** Makes functions until the first call of one runs here, and returns its result. */
async function untilHere(text: string, frame: object, options: object = {}) {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const { result, isHere } = await call(fresh(text), frame, options);
    if (isHere) return result;
  }
  return assert.fail('no first call ran in this thread');
}

/** Tells whether any of three first calls ran here. */
async function isEverHere(text: string, frame: object, options: object = {}) {
  let isHere = false;
  for (let tries = 0; tries < 3; tries++) isHere ||= (await call(fresh(text), frame, options)).isHere;
  return isHere;
}

const TRIPLE = '(rows) => { return rows.map((row) => ({ ...row, v: row.v * 3 })) }';

describe('the first call of a function on few rows', () => {
  after(() => shutdown());

  it('runs in this thread, with the result of workers', async () => {
    const expected = await call(fresh(TRIPLE), rowsOf(10), { nJobs: 2 });
    assert.equal(expected.isHere, false);
    assert.deepEqual(await untilHere(TRIPLE, rowsOf(10)), expected.result);
    const doubled = '(g) => { return { ...g, z: g.v.map((x) => x * 2) } }';
    const options = { output: 'records', groupKeys: true };
    const there = await call(fresh(doubled), columnsOf(100), { ...options, nJobs: 2 });
    assert.deepEqual(await untilHere(doubled, columnsOf(100), options), there.result);
  });

  it('runs in this thread with a group for each row too', async () => {
    const rows = Array.from({ length: 100 }, (_, i) => ({ k: i, v: i }));
    assert.deepEqual(
      await untilHere('(rows) => { return { v: [rows[0].v * 2] } }', rows),
      rows.map(({ v }) => ({ v: v * 2 })),
    );
  });

  it('leaves the frame as it is', async () => {
    const frame = columnsOf(6);
    const result = await untilHere('(g) => { g.v[0] = 99; return { v: g.v } }', frame, { output: 'records' });
    assert.deepEqual(
      result,
      [99, 2, 4, 99, 3, 5].map((v) => ({ v })),
    );
    assert.deepEqual(frame, columnsOf(6));
  });

  it('starts no workers, and a later call on many rows does', () => {
    const program = `
      import { applyParallel, groupby } from ${JSON.stringify(import.meta.resolve('#dist/index.js'))};
      import { Module } from 'node:module';
      const loaded = () => Object.keys(Module._cache).some((path) => /node_modules.piscina/.test(path));
      const factor = 3;
      const work = (rows) => rows.map((row) => ({ ...row, v: row.v * factor }));
      const rows = (count) => Array.from({ length: count }, (_, i) => ({ k: i % 2, v: i }));
      const told = [];
      const report = ({ workersBecause }) => told.push(workersBecause);
      await applyParallel(groupby(rows(10), 'k'), work, { report });
      const isLoaded = [loaded()];
      const out = await applyParallel(groupby(rows(20_000), 'k'), work, { report });
      isLoaded.push(loaded());
      console.log(JSON.stringify({ isLoaded, told, length: out.length }));
    `;
    let found: { isLoaded: boolean[]; told: string[]; length: number } | undefined;
    for (let tries = 0; tries < 5 && found?.isLoaded[0] !== false; tries++) {
      const out = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
        encoding: 'utf8',
      });
      found = JSON.parse(out);
    }
    assert.deepEqual(found?.isLoaded, [false, true]);
    assert.match(found.told[0], HERE);
    assert.doesNotMatch(found.told[1] ?? '', HERE);
    assert.equal(found.length, 20_000);
  });

  it('does not where the table is larger, wide, or has long texts', async () => {
    const text = '(g) => { return { n: [g.v.length] } }';
    assert.equal(await isEverHere(text, columnsOf(101)), false);
    const wide = Object.fromEntries(Array.from({ length: 120 }, (_, i) => [`c${i}`, new Float64Array(10)]));
    assert.equal(await isEverHere(text, { ...columnsOf(10), ...wide }), false);
    assert.equal(await isEverHere(text, { k: [1, 2], v: ['a', 'x'.repeat(1e5)] }), false);
  });

  it('does not where a cell may look like a length', async () => {
    const text = '(rows) => { let n = 0; for (let i = 0; i < rows[0].length; i++) n++; return { n } }';
    assert.equal(await isEverHere(text, [{ k: 1, length: 3 }]), false);
    assert.equal(await isEverHere(text, [{ k: 1, o: { size: 3 } }]), false);
  });

  it('does not where the function may take long or does more than compute', async () => {
    const others = [
      '(g) => { let n = 0; for (let k = 0; k < 1000; k++) n += k; return { n: [n] } }',
      '(g) => { let n = 0; for (const a of g.v) for (const b of g.v) for (const c of g.v) n++; return { n: [n] } }',
      '(g) => { return { r: [Math.random()] } }',
      '(g) => { let i = 0; while (i < g.v.length) i++; return { n: [i] } }',
      "(g) => { return { m: [/(a+)+$/.test('aa')] } }",
      '(g) => { const f = (n) => (n < 2 ? 1 : n * f(n - 1)); return { n: [f(g.v.length)] } }',
      '(g) => { globalThis.seen = 1; return { n: [1] } }',
      'async (g) => { return { n: [g.v.length] } }',
    ];
    for (const text of others) assert.equal(await isEverHere(text, columnsOf(10)), false, text);
    assert.equal('seen' in globalThis, false);
    const state = { calls: 0 };
    const counting: Fn = () => {
      state.calls++;
      return { n: [state.calls] };
    };
    assert.equal((await call(counting, columnsOf(10))).isHere, false);
    assert.equal(state.calls, 0);
  });

  it('ends a function that takes long all the same, and workers run it', async () => {
    // Ten thousand pairs, and all pairs of these.
    const text = `(g) => {
      const pairs = g.v.flatMap ? [] : Array.from(g.v).flatMap((a) => Array.from(g.v).map((b) => a + b));
      let n = 0;
      for (const a of pairs) for (const b of pairs) n += a * b > 0 ? 1 : 0;
      return { n: [n] };
    }`;
    const frame = { k: new Int32Array(100), v: Float64Array.from({ length: 100 }, (_, i) => i + 1) };
    const fn = fresh(text);
    assert.equal(onlyComputes(fn, true), true);
    const { result, isHere } = await call(fn, frame, { output: 'records' });
    assert.equal(isHere, false);
    assert.deepEqual(result, [{ n: 1e8 }]);
  });

  it('fails as it does in a worker', async () => {
    const text = "(g) => { if (g.k[0] === 1) throw new RangeError('no ones'); return { n: [1] } }";
    const errorOf = (options: object) =>
      call(fresh(text), columnsOf(4), options).then(
        () => assert.fail('did not fail'),
        (error: GroupError) => [error.message, error.code, error.key, String(error.cause)],
      );
    assert.deepEqual(await errorOf({}), await errorOf({ nJobs: 2 }));
  });

  it('warns of a misspelled column and of results that are missing, as ever', async () => {
    const warnings: string[] = [];
    const onWarning = ({ message }: Error) => warnings.push(message);
    process.on('warning', onWarning);
    try {
      const prices = [{ k: 1, price: 2 }];
      await untilHere('(rows) => { return { total: [rows[0].prise] } }', prices);
      await call(fresh('(rows) => { rows.map((row) => row.price) }'), prices);
      assert.match(warnings.join('\n'), /'prise'.*did you mean 'price'/);
      assert.match(warnings.join('\n'), /returned undefined for every group/);
    } finally {
      process.off('warning', onWarning);
    }
  });

  it('does not where the user says how many workers', async () => {
    for (const options of [{ nJobs: 2 }, { nJobs: -1 }, { timeout: 10_000 }, { retries: 1 }]) {
      assert.equal(await isEverHere(TRIPLE, rowsOf(10), options), false, JSON.stringify(options));
    }
  });
});
