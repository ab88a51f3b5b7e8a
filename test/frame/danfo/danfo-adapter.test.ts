import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import {
  Bool,
  DateDay,
  Decimal,
  Dictionary,
  Field,
  Float64,
  Int8,
  Int32,
  Int64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  TimestampMicrosecond,
  Uint32,
  Utf8,
  type Vector,
  vectorFromArray,
} from 'apache-arrow';
import type { DataFrame as Frame } from 'danfojs-node';
import fc from 'fast-check';
import type { BatchAdapter } from '#dist/frame/adapter.js';
import { danfoAdapter, isDanfoGroupby, tableFromDanfoGroupby } from '#dist/frame/danfo/danfo-adapter.js';

const danfo = createRequire(import.meta.url)('danfojs-node') as typeof import('danfojs-node');
const { DataFrame, Series } = danfo;

before(() => danfoAdapter.load?.());

const toArrow = (frame: unknown): Table => danfoAdapter.toArrow(frame as never);
const fromArrow = (table: Table): Frame => danfoAdapter.fromArrow(table) as unknown as Frame;
const roundTrip = (frame: unknown): Frame => fromArrow(toArrow(frame));
const types = (table: Table): string[] => table.schema.fields.map((field) => String(field.type));
const column = (vector: Vector, metadata?: Map<string, string>): Table => {
  const schema = new Schema([new Field('x', vector.type, true, metadata)]);
  const [data] = vector.data;
  const struct = makeData({
    type: new Struct(schema.fields),
    length: data.length,
    nullCount: 0,
    children: [data],
  });
  return new Table(schema, new RecordBatch(schema, struct));
};
const cells = (frame: Frame): unknown[] => (frame.values as unknown[][]).map(([cell]) => cell);

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

describe('a DataFrame to Arrow', () => {
  test('types', () => {
    const frame = new DataFrame({
      i: [1, 2],
      f: [1.5, 2],
      s: ['a', 'b'],
      b: [true, false],
      d: [new Date(0), new Date(1)],
      l: [[1], [2, 3]],
    });
    const table = toArrow(frame);
    assert.deepEqual(types(table).slice(0, 5), [
      'Int32',
      'Float64',
      'Utf8',
      'Bool',
      'Timestamp<MILLISECOND>',
    ]);
    assert.match(types(table)[5], /^List/);
    assert.deepEqual(
      table.schema.fields.map((field) => field.metadata.get('danfo.dtype')),
      ['int32', 'float32', 'string', 'boolean', 'datetime', frame.dtypes[5]],
    );
  });
  test('int32 that is more than 32 bits, or less than an integer', () => {
    const int32 = (values: unknown[]): Table =>
      toArrow(
        new DataFrame(
          values.map((x) => [x]),
          { columns: ['x'], dtypes: ['int32'] },
        ),
      );
    assert.deepEqual(types(int32([2 ** 31 - 1, -(2 ** 31)])), ['Int32']);
    assert.deepEqual(types(int32([2 ** 31])), ['Float64']);
    assert.deepEqual(types(int32([-0])), ['Float64']);
    assert.deepEqual(types(int32([1, Number.NaN, null])), ['Int32']);
    const kept = int32([null, Number.NaN, -0, Number.NaN]).getChildAt(0) as Vector;
    assert.deepEqual([...kept], [null, Number.NaN, -0, Number.NaN]);
    assert.deepEqual(roundTrip(new DataFrame([[2 ** 40]], { columns: ['x'] })).dtypes, ['int32']);
    // danfojs looks at 20 cells to name a column.
    const late = new DataFrame(
      [...new Array(30).keys(), 0.5].map((x) => [x]),
      { columns: ['x'] },
    );
    assert.deepEqual(late.dtypes, ['int32']);
    assert.deepEqual(roundTrip(late).dtypes, ['float32']);
    assert.deepEqual(cells(roundTrip(late)), cells(late));
  });
  test('what was changed in place counts', () => {
    const frame = new DataFrame({ a: [1, 2], b: [3, 4] });
    (frame.values as number[][])[0][0] = 7;
    frame.addColumn('b', new Series([5, 6]), { inplace: true });
    assert.deepEqual(roundTrip(frame).values, [
      [7, 5],
      [2, 6],
    ]);
  });
  test('nothing but missing: no type, unless the dtype is one that danfojs does not guess', () => {
    const missing = (dtype: string): Table =>
      toArrow(new DataFrame([[null], [undefined]] as never, { columns: ['x'], dtypes: [dtype] }));
    assert.deepEqual(
      ['float32', 'undefined', 'int32', 'string', 'boolean', 'datetime'].map(
        (dtype) => types(missing(dtype))[0],
      ),
      ['Null', 'Null', 'Int32', 'Utf8', 'Bool', 'Timestamp<MILLISECOND>'],
    );
    for (const dtype of ['float32', 'undefined', 'int32', 'string', 'boolean', 'datetime']) {
      assert.deepEqual(fromArrow(missing(dtype)).dtypes, [dtype]);
      assert.equal(missing(dtype).getChildAt(0)?.nullCount, 2);
    }
    assert.deepEqual(types(toArrow(new DataFrame([[Number.NaN]]))), ['Float64']);
    const unnamed = new DataFrame([[Number.NaN]], { columns: ['x'], dtypes: ['undefined'] });
    assert.deepEqual([types(toArrow(unnamed)), roundTrip(unnamed).dtypes], [['Float64'], ['float32']]);
    const nan = new DataFrame([[Number.NaN], [null]] as never, { columns: ['x'], dtypes: ['string'] });
    assert.deepEqual(
      [types(toArrow(nan)), cells(roundTrip(nan)), roundTrip(nan).dtypes],
      [['Utf8'], [null, null], ['string']],
    );
  });
  test('dtypes that addColumn of danfojs put in the wrong place', () => {
    const frame = new DataFrame({ s: ['a', 'b'], x: [1, 2] }).addColumn('y', [1.5, 2.5], { atIndex: 0 });
    assert.deepEqual(frame.dtypes, ['string', 'int32', 'float32']);
    assert.deepEqual(types(toArrow(frame)), ['Float64', 'Utf8', 'Float64']);
    assert.deepEqual(roundTrip(frame).dtypes, ['float32', 'string', 'float32']);
  });
  test('a column of two kinds is refused', () => {
    assert.throws(() => toArrow(new DataFrame({ price: [1, 'N/A'] })), {
      code: 'ERR_BAD_RESULT',
      message: /"price".*number \(row 0: 1\).*string \(row 1: 'N\/A'\)/,
    });
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
          // danfojs guesses from 20 cells, and takes what prints without a point (1e-7, Infinity) for an integer.
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

describe('tables of other origin', () => {
  const read = (vector: Vector): [unknown[], string] => {
    const frame = fromArrow(column(vector));
    return [cells(frame), frame.dtypes[0]];
  };
  test('numbers', () => {
    assert.deepEqual(read(vectorFromArray([1, null, -3], new Int8())), [[1, Number.NaN, -3], 'int32']);
    assert.deepEqual(read(vectorFromArray([2 ** 32 - 1], new Uint32())), [[2 ** 32 - 1], 'int32']);
    assert.deepEqual(read(vectorFromArray([0.5, null, Number.NaN], new Float64())), [
      [0.5, Number.NaN, Number.NaN],
      'float32',
    ]);
    const safe = [0n, 1n, -1n, 2n ** 32n, -(2n ** 32n) - 1n, 2n ** 53n - 1n, -(2n ** 53n) + 1n];
    assert.deepEqual(read(vectorFromArray([...safe, null], new Int64())), [
      [...safe.map(Number), Number.NaN],
      'int32',
    ]);
  });
  test('64-bit integers that no number holds', () => {
    for (const value of [2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n]) {
      assert.throws(() => read(vectorFromArray([1n, value], new Int64())), {
        code: 'ERR_SCHEMA_MISMATCH',
        message: new RegExp(`"x".*${value}`),
      });
    }
  });
  test('decimals as numbers', () => {
    const type = new Decimal(2, 10, 128);
    const words = new Uint32Array(12);
    words[0] = 12345;
    words.fill(0xffffffff, 4, 8);
    const data = makeData({
      type,
      length: 3,
      nullCount: 1,
      nullBitmap: new Uint8Array([0b011]),
      data: words,
    });
    const schema = new Schema([new Field('x', type, true)]);
    const struct = makeData({ type: new Struct(schema.fields), length: 3, nullCount: 0, children: [data] });
    assert.deepEqual(cells(fromArrow(new Table(schema, new RecordBatch(schema, struct)))), [
      123.45,
      -0.01,
      Number.NaN,
    ]);
  });
  test('times and days as Dates', () => {
    assert.deepEqual(read(vectorFromArray([1_500, null, -1_500], new TimestampMicrosecond())), [
      [new Date(1_500), null, new Date(-1_500)],
      'datetime',
    ]);
    assert.deepEqual(read(vectorFromArray([new Date(86_400_000), null], new DateDay())), [
      [new Date(86_400_000), null],
      'datetime',
    ]);
  });
  test('dictionaries as what they stand for', () => {
    const strings = vectorFromArray(['a', null, 'b', 'a'], new Dictionary(new Utf8(), new Int32()));
    assert.deepEqual(read(strings), [['a', null, 'b', 'a'], 'string']);
    const integers = vectorFromArray([5, null, 5], new Dictionary(new Int32(), new Int8()));
    assert.deepEqual(read(integers), [[5, Number.NaN, 5], 'int32']);
  });
  test('a recorded dtype that has become untrue is not repeated', () => {
    const recorded = (dtype: string, vector: Vector): string =>
      fromArrow(column(vector, new Map([['danfo.dtype', dtype]]))).dtypes[0];
    assert.equal(recorded('int32', vectorFromArray([1, 2.5], new Float64())), 'float32');
    assert.equal(recorded('int32', vectorFromArray([1, null, 2], new Float64())), 'int32');
    assert.equal(recorded('float32', vectorFromArray(['a', 'b'], new Utf8())), 'string');
    assert.equal(recorded('float32', vectorFromArray(['1', '2'], new Utf8())), 'float32');
    assert.equal(recorded('undefined', vectorFromArray([1], new Int32())), 'int32');
    assert.equal(recorded('string', vectorFromArray([1.5], new Float64())), 'float32');
    assert.equal(recorded('datetime', vectorFromArray(['a'], new Utf8())), 'string');
    assert.equal(recorded('int32', vectorFromArray([true], new Bool())), 'boolean');
    assert.equal(recorded('string', vectorFromArray([new Date(0)], new DateDay())), 'string');
  });
  test('two columns of one name', () => {
    const schema = new Schema([new Field('x', new Int32()), new Field('x', new Int32())]);
    assert.throws(() => fromArrow(new Table(schema, [])), { code: 'ERR_SCHEMA_MISMATCH', message: /"x"/ });
  });
});

describe('a danfojs Groupby', () => {
  const frame = new DataFrame({ category: ['b', 'a', 'b'], x: [1, 2, 3], 'y-z': [1.5, null, 2] } as never);
  test('gives the rows it was made of, and its keys', () => {
    const { table, by } = tableFromDanfoGroupby(frame.groupby(['category', 'x']) as never);
    assert.deepEqual(by, ['category', 'x']);
    assert.deepEqual(fromArrow(table).values, roundTrip(frame).values);
    assert.deepEqual(fromArrow(table).dtypes, frame.dtypes);
  });
  test('an unknown key, which danfojs takes without a word', () => {
    assert.throws(() => tableFromDanfoGroupby(frame.groupby(['nope']) as never), {
      code: 'ERR_UNKNOWN_COLUMN',
      message: /"nope".*"category", "x", "y-z"/,
    });
  });
  test('a bare string taken for letters', () => {
    const grouped = {
      ...frame.groupby(['category']),
      keyCol: [...'category'],
      colIndex: [...'category'].map(() => -1),
    };
    assert.throws(() => tableFromDanfoGroupby(grouped as never), {
      code: 'ERR_UNKNOWN_COLUMN',
      message: /write df\.groupby\(\['category'\]\)/,
    });
    const single = tableFromDanfoGroupby(new DataFrame({ k: [1], v: [2] }).groupby(['k']) as never);
    assert.deepEqual(single.by, ['k']);
  });
  test('one that no longer has its rows', () => {
    assert.throws(() => tableFromDanfoGroupby(frame.groupby(['category']).col(['x']) as never), {
      code: 'ERR_NOT_A_FRAME',
      message: /\.col\(/,
    });
  });
});

describe('names of columns that are numbers', () => {
  const rows = [
    ['a', 1, 2],
    ['b', 3, 4],
  ];
  const years = new DataFrame(rows, { columns: ['k', 2020, 2021] as never });
  test('become strings, of a frame and of a Groupby', () => {
    const back = roundTrip(years);
    assert.deepEqual([back.columns, back.values, back['2020'].values], [['k', '2020', '2021'], rows, [1, 3]]);
    const { table, by } = tableFromDanfoGroupby(years.groupby([2020] as never) as never);
    assert.deepEqual([table.schema.names, by], [['k', '2020', '2021'], ['2020']]);
  });
  test('given to a group', () => {
    const group = () =>
      (danfoAdapter as BatchAdapter).fromBatch((danfoAdapter as BatchAdapter).toBatch(years)) as Frame;
    const wider = roundTrip(group().addColumn(2022 as never, [5, 6]));
    assert.deepEqual(
      [wider.columns, wider['2022'].values],
      [
        ['k', '2020', '2021', '2022'],
        [5, 6],
      ],
    );
    const renamed = group();
    renamed.rename({ k: 7 } as never, { inplace: true });
    assert.deepEqual(roundTrip(renamed).columns, ['7', '2020', '2021']);
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
