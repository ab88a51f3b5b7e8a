import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { tableFromArrays } from 'apache-arrow';
import { applyParallel, cogroup, groupby, mapBatches, shutdown } from 'apply-parallel';

/* Mistakes that only show when a call runs. */

after(shutdown);

const columns = { k: ['a', 'b'], price: Float64Array.of(1, 2) };
const rows = [
  { k: 'a', price: 1 },
  { k: 'b', price: 2 },
];
const table = tableFromArrays(columns);
/** As programs without types see a group. */
// biome-ignore lint/suspicious/noExplicitAny: the mistakes of this file do not compile otherwise
type Any = any;

describe('a column that the frame does not have', () => {
  const hint = /; there is no column 'prize' \(did you mean 'price'\?\); the columns are 'k', 'price'$/;
  const cases: [string, () => Promise<unknown>][] = [
    ['a member', () => applyParallel(groupby(columns, 'k'), (g: Any) => ({ y: g.prize.map(Number) }))],
    ['spread', () => applyParallel(groupby(columns, 'k'), (g: Any) => ({ y: [...g.prize] }))],
    [
      'an element',
      () => applyParallel(groupby(columns, 'k'), (g: Any) => [0].map((i) => ({ y: g.prize[i] }))),
    ],
    [
      'of rows',
      () => applyParallel(groupby(rows, 'k'), (g: Any) => g.map((r: Any) => ({ y: r.prize.toFixed() }))),
    ],
    [
      'getChild',
      () => applyParallel(groupby(table, 'k'), (g: Any) => ({ y: g.getChild('prize').toArray() })),
    ],
    [
      'in this thread',
      () => applyParallel(groupby(columns, 'k'), (g: Any) => ({ y: g.prize.length }), { nJobs: 1 }),
    ],
    [
      'a method',
      () =>
        applyParallel(
          groupby(columns, 'k'),
          {
            fn(g: Any) {
              return { y: g.prize.length };
            },
          }.fn,
        ),
    ],
  ];
  for (const [name, call] of cases) {
    it(`is named, with those there are: ${name}`, () =>
      assert.rejects(call(), { code: 'ERR_GROUP_FAILED', message: hint }));
  }

  it('is not blamed for other errors', async () => {
    const outer: Any = {};
    const others: ((g: Any) => Any)[] = [
      () => outer.prize.map(),
      (g) => g.price.foo.bar.baz,
      (g) => g.price.nothing(),
      () => {
        throw new TypeError("Cannot read properties of undefined (reading 'map')");
      },
    ];
    for (const fn of others) {
      await assert.rejects(
        applyParallel(groupby(columns, 'k'), fn),
        (error: Error) => !/no column/.test(error.message),
      );
    }
  });
});

describe('a function that returns nothing for any group', () => {
  const warningsOf = async (call: () => Promise<unknown>): Promise<string[]> => {
    const seen: string[] = [];
    const listen = (warning: Error & { code?: string }) => {
      if (warning.code === 'APPLY_PARALLEL_NO_RESULT') seen.push(warning.message);
    };
    process.on('warning', listen);
    await call();
    await new Promise(setImmediate);
    process.off('warning', listen);
    return seen;
  };
  const forgets = (g: Any): Any => {
    g.length;
  };

  for (const nJobs of [1, 2]) {
    it(`is asked for its return, once; nJobs: ${nJobs}`, async () => {
      const fn = (g: Any): Any => forgets(g);
      const call = () => applyParallel(groupby(rows, 'k'), fn, { nJobs });
      assert.match((await warningsOf(call))[0], /fn returned undefined for every group.*forget to return/);
      assert.deepEqual(await warningsOf(call), []);
    });
  }

  it('unless it returns null, or something for one of them', async () => {
    const calls = async () => {
      await applyParallel(groupby(rows, 'k'), () => null, { nJobs: 2 });
      await applyParallel(groupby(rows, 'k'), (g, { index }) => (index === 0 ? g : undefined), { nJobs: 2 });
    };
    assert.deepEqual(await warningsOf(calls), []);
    const batches = await warningsOf(() => mapBatches(rows, forgets, { nJobs: 2 }));
    assert.match(batches[0], /^mapBatches: .*every batch/);
  });
});

it('names of pandas say what to write', () => {
  const grouped: Any = groupby(rows, 'k');
  for (const groups of [grouped, cogroup(grouped, groupby(rows, 'k')) as Any]) {
    assert.throws(() => groups.mean(), {
      code: 'ERR_INVALID_OPTION',
      message: /no mean\(\).*applyParallel\(grouped/,
    });
    assert.throws(() => groups.agg({}), { message: /no agg\(\).*applyParallel/ });
    assert.throws(() => groups.apply(() => 1), { message: /no apply\(\).*applyParallel/ });
    assert.throws(() => groups.transform(() => 1), { message: /transformParallel/ });
    assert.throws(() => groups.ngroups, { message: /grouped\.size/ });
    assert.deepEqual(Object.keys(groups), []);
  }
  assert.throws(
    () => groupby(rows, 'none' as 'k'),
    (error: Error) => /mistakes\.test/.test(String(error.stack).split('\n')[1]),
  );
});

it('a package that workers miss is an ApplyError with the frames of the caller', async () => {
  const hook = `export async function resolve(specifier, context, next) {
    if (specifier !== 'arquero') return next(specifier, context);
    throw Object.assign(new Error("Cannot find package 'arquero' imported from x"), { code: 'ERR_MODULE_NOT_FOUND' });
  }`;
  const preload = `import { register } from 'node:module';
    register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hook)}));`;
  const program = `
    import { ApplyError, applyParallel, groupby } from ${JSON.stringify(import.meta.resolve('apply-parallel'))};
    const call = () => applyParallel(groupby([{ k: 1 }, { k: 2 }], 'k'), (g) => g, { input: 'arquero', nJobs: 2 });
    const error = await call().catch((error) => error);
    console.log(error instanceof ApplyError, error.code, /^    at call /m.test(error.stack));`;
  const cwd = await mkdtemp(join(tmpdir(), 'mistakes-'));
  try {
    await writeFile(join(cwd, 'preload.mjs'), preload);
    await writeFile(join(cwd, 'program.mjs'), program);
    const args = ['--import', './preload.mjs', 'program.mjs'];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd });
    assert.equal(stdout, 'true ERR_MISSING_PEER true\n');
  } finally {
    await rm(cwd, { recursive: true });
  }
});
