// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import type { Table } from 'apache-arrow';
import type { DataFrame as Frame } from 'danfojs-node';
import fc from 'fast-check';
import { danfoAdapter } from '#dist/frame/danfo/danfo-adapter.js';
import { isDanfoGroupby } from '#dist/frame/danfo/index.js';

const danfo = createRequire(import.meta.url)('danfojs-node') as typeof import('danfojs-node');
const { DataFrame, Series } = danfo;

before(() => danfoAdapter.load?.());

const toArrow = (frame: unknown): Table => danfoAdapter.toArrow(frame as never);
const fromArrow = (table: Table): Frame => danfoAdapter.fromArrow(table) as unknown as Frame;
const roundTrip = (frame: unknown): Frame => fromArrow(toArrow(frame));
const types = (table: Table): string[] => table.schema.fields.map((field) => String(field.type));

describe('recognition', () => {
  const frame = new DataFrame({ a: [1, 2] });
  test('a DataFrame, also one whose columns hide its properties', () => {
    assert.ok(danfoAdapter.matches(frame));
    assert.ok(danfoAdapter.matches(new DataFrame([[1, 2, 3]], { columns: ['values', 'columns', 'index'] })));
    assert.ok(danfoAdapter.matches(new DataFrame([])));
  });
  test('nothing else', () => {
    const others = [
      null,
      {},
      [],
      'x',
      new Series([1]),
      frame.groupby(['a']),
      { columns: [], dtypes: [], shape: [] },
    ];
    for (const other of others) assert.ok(!danfoAdapter.matches(other));
    assert.ok(isDanfoGroupby(frame.groupby(['a'])));
    for (const other of [null, {}, frame, []]) assert.ok(!isDanfoGroupby(other));
  });
});

describe('round trips', () => {
  /** What danfojs sees in every missing cell: NaN among numbers, null elsewhere. */
  const asMissing = (value: unknown, missing: unknown): unknown =>
    value === null || value === undefined || Number.isNaN(value) ? missing : value;
  const noWord = (value: string): string => `w${value}`;
  const columnKinds: [fc.Arbitrary<unknown>, unknown][] = [
    [fc.integer(), Number.NaN],
    [fc.double(), Number.NaN],
    [fc.maxSafeInteger(), Number.NaN],
    [fc.string({ unit: 'grapheme' }).map(noWord), null],
    [fc.string().map((s) => String(s.length)), null],
    [fc.boolean(), null],
    [fc.date({ noInvalidDate: true }), null],
  ];
  const frames = fc
    .tuple(
      fc.integer({ min: 1, max: 40 }),
      fc.array(fc.integer({ min: 0, max: columnKinds.length - 1 }), { minLength: 1, maxLength: 5 }),
    )
    .chain(([n, kinds]) =>
      fc.record({
        kinds: fc.constant(kinds),
        columns: fc.tuple(
          ...kinds.map((kind) => {
            const [value] = columnKinds[kind];
            const missing = fc.constantFrom(null, undefined, Number.NaN);
            const cell = fc.oneof({ weight: 4, arbitrary: value }, { weight: 1, arbitrary: missing });
            // At least one value: what nothing but missing cells become is another test.
            return fc
              .tuple(value, fc.array(cell, { minLength: n - 1, maxLength: n - 1 }))
              .map(([a, b]) => [...b, a]);
          }),
        ),
      }),
    );
  const frameOf = (columns: unknown[][]): Frame =>
    new DataFrame(columns[0].map((_, i) => columns.map((values) => values[i])) as never, {
      columns: columns.map((_, j) => `c ${j}.x-y`),
    });

  test('cells, names and dtypes; missing ones as danfojs sees them', () => {
    fc.assert(
      fc.property(frames, ({ kinds, columns }) => {
        const frame = frameOf(columns);
        const back = roundTrip(frame);
        assert.deepStrictEqual(
          back.values,
          columns[0].map((_, i) =>
            columns.map((values, j) => asMissing(values[i], columnKinds[kinds[j]][1])),
          ),
        );
        assert.deepEqual(back.columns, frame.columns);
        assert.deepEqual(back.isNa().values, frame.isNa().values);
        assert.deepEqual(back.index, [...columns[0].keys()]);
        frame.dtypes.forEach((dtype, j) => {
          // danfojs guesses from 20 cells, and takes what prints without a point (1e-7, Infinity) for an
          // integer.
          if (columns[0].length > 20) return;
          const isFraction = (x: unknown): boolean =>
            typeof x === 'number' && !Number.isNaN(x) && !Number.isInteger(x);
          assert.equal(back.dtypes[j], dtype === 'int32' && columns[j].some(isFraction) ? 'float32' : dtype);
        });
        const again = roundTrip(back);
        assert.deepStrictEqual(again.values, back.values);
        assert.deepEqual(again.dtypes, back.dtypes);
      }),
      { numRuns: 300 },
    );
  });
  test('in slices and pieces', () => {
    const frame = new DataFrame({ a: [1, 2, 3, 4], b: ['x', null, 'y', 'z'], c: [true, false, null, true] });
    const table = toArrow(frame);
    const whole = fromArrow(table).values as unknown[][];
    assert.deepEqual(fromArrow(table.slice(1, 3)).values, whole.slice(1, 3));
    assert.deepEqual(fromArrow(table.slice(0, 1).concat(table.slice(1))).values, whole);
  });
  test('arrays and objects in cells', () => {
    const frame = new DataFrame({ a: [[1, 2], [], null], b: [{ k: 'x' }, { k: null }, { k: 'z' }] } as never);
    assert.deepStrictEqual(roundTrip(frame).values, frame.values);
  });
  test('bigints that were bigints', () => {
    const frame = new DataFrame(
      [
        ['a', 2n ** 60n],
        ['b', 1n],
      ] as never,
      { columns: ['k', 'x'] },
    );
    assert.deepEqual(roundTrip(frame).values, frame.values);
  });
});

describe('the DataFrame that comes back', () => {
  test('is a DataFrame also where what was grouped is a copy by structuredClone', () => {
    const { $isSeries, $data, $columns, $dtypes } = new DataFrame({ x: [1, 2] }) as never as {
      [name: string]: unknown;
    };
    const clone = structuredClone({ $isSeries, $data, $columns, $dtypes });
    const back = roundTrip(clone);
    assert.ok(back instanceof DataFrame);
    assert.deepEqual(back.values, [[1], [2]]);
  });

  test('is of the class of the frames given, and works', () => {
    const frame = roundTrip(new DataFrame({ k: ['a', 'b', 'a'], x: [1, 2, 6] }, { index: ['p', 'q', 'r'] }));
    assert.ok(frame instanceof DataFrame);
    assert.deepEqual(frame.index, [0, 1, 2]);
    assert.deepEqual(frame.shape, [3, 2]);
    assert.equal(frame.x.mean(), 3);
    assert.deepEqual(frame.x.index, [0, 1, 2]);
    assert.deepEqual(frame.query(frame.x.gt(1)).values, [
      ['b', 2],
      ['a', 6],
    ]);
    frame.addColumn('y', frame.x.sub(1), { inplace: true });
    assert.deepEqual(frame.y.values, [0, 1, 5]);
    assert.deepEqual(roundTrip(frame).columns, ['k', 'x', 'y']);
    assert.match(frame.toString(), /║ 0 .* a .* 1 /);
    assert.deepEqual(frame.groupby(['k']).ngroups, 2);
  });
  test('shares nothing with its siblings', () => {
    const table = toArrow(new DataFrame({ a: [1, 2], b: ['x', 'y'] }));
    const [one, two] = [fromArrow(table), fromArrow(table)];
    one.addColumn('a', ['p', 'q'], { inplace: true });
    one.rename({ b: 'c' }, { inplace: true });
    assert.deepEqual(one.dtypes, ['string', 'string']);
    assert.deepEqual(two.dtypes, ['int32', 'string']);
    assert.deepEqual(two.columns, ['a', 'b']);
    assert.deepEqual(fromArrow(table).values, [
      [1, 'x'],
      [2, 'y'],
    ]);
  });
  test('missing numbers are NaN, since danfojs reckons with null as 0', () => {
    const frame = roundTrip(new DataFrame({ x: [1.5, null, 3] } as never));
    assert.deepEqual(frame.x.add(1).values, [2.5, Number.NaN, 4]);
  });
  test('no rows, with and without columns', () => {
    const empty = roundTrip(new DataFrame([], { columns: ['a', 'b'], dtypes: ['int32', 'string'] }));
    assert.deepEqual(
      [empty.shape, empty.columns, empty.dtypes],
      [
        [0, 2],
        ['a', 'b'],
        ['int32', 'string'],
      ],
    );
    assert.deepEqual(empty.a.values, []);
    assert.doesNotThrow(() => empty.toString());
    const full = new DataFrame({ a: [1], b: ['x'] });
    assert.deepEqual(roundTrip(full.query(full.a.gt(5))).dtypes, ['int32', 'string']);
    assert.deepEqual(roundTrip(new DataFrame([])).shape, [0, 0]);
    assert.deepEqual(types(toArrow(new DataFrame([], { columns: ['f'], dtypes: ['float32'] }))), ['Float64']);
  });
  test('column names that danfojs uses itself', () => {
    const columns = ['values', 'index', 'columns', 'shape', 'dtypes', 'constructor', 'a.b', 'c-d', 'e f', ''];
    const table = toArrow(new DataFrame([columns.map((_, j) => j)], { columns }));
    assert.deepEqual(
      table.schema.fields.map((field) => field.name),
      columns,
    );
    const again = toArrow(fromArrow(table));
    assert.deepEqual(again.get(0)?.toArray(), [...columns.keys()]);
  });
});

describe('loading danfojs', () => {
  const run = promisify(execFile);
  const runIn = (cwd: string | undefined, script: string) =>
    run(process.execPath, ['--input-type=module', '-e', script], { cwd });
  const node = (script: string) => runIn(undefined, script);
  const url = JSON.stringify(import.meta.resolve('#dist/frame/danfo/danfo-adapter.js'));

  test('waits for load()', async () => {
    const { stdout } = await node(`
      import { createRequire } from 'node:module';
      const { cache } = createRequire(import.meta.url);
      const loaded = () => Object.keys(cache).some((path) => path.includes('danfojs-node'));
      const { danfoAdapter } = await import(${url});
      const { Table } = await import('apache-arrow');
      const before = loaded();
      await danfoAdapter.load();
      console.log(before, loaded(), danfoAdapter.fromArrow(new Table()).shape.join());`);
    assert.equal(stdout.trim().split('\n').at(-1), 'false true 0,0');
  });
  test('is not needed where a frame of some copy has been seen', async () => {
    const { stdout } = await node(`
      import { createRequire } from 'node:module';
      const { danfoAdapter } = await import(${url});
      class Copy {
        $isSeries = false;
        constructor($data, { columns, dtypes }) {
          Object.assign(this, { $data, $columns: columns, $dtypes: dtypes });
        }
      }
      const table = danfoAdapter.toArrow(new Copy([[1]], { columns: ['x'], dtypes: ['int32'] }));
      await danfoAdapter.load();
      const frame = danfoAdapter.fromArrow(table);
      const { cache } = createRequire(import.meta.url);
      console.log(frame instanceof Copy, frame.$data.join(), Object.keys(cache).some((path) => path.includes('danfojs-node')));`);
    assert.equal(stdout.trim(), 'true 1 false');
  });
  test('not installed: says so, with the command', async () => {
    const hook = `export async function resolve(specifier, context, next) {
      if (specifier !== 'danfojs-node') return next(specifier, context);
      throw Object.assign(new Error("Cannot find package 'danfojs-node' imported from x"), { code: 'ERR_MODULE_NOT_FOUND' });
    }`;
    // Elsewhere: the folder a program runs in is looked into too.
    const { stdout } = await runIn(
      tmpdir(),
      `
      import { register } from 'node:module';
      register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hook)}));
      const { danfoAdapter } = await import(${url});
      await danfoAdapter.load().catch((error) => console.log(error.code, error.message));`,
    );
    assert.match(stdout, /^ERR_MISSING_PEER .*npm install danfojs-node/);
  });
});
