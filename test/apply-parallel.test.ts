import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Field, Int32, Schema, tableFromArrays } from 'apache-arrow';
import { ApplyError, applyParallel, GroupError, groupby, partial } from 'apply-parallel';

/*
 * Bad input through the front door: each case one clear error with its code, before work starts where it can
 * be known then.
 */

const table = tableFromArrays({ category: ['a', 'b'], price: Float64Array.of(1, 2) });
const groups = groupby(table, 'category');
// biome-ignore lint/suspicious/noExplicitAny: what the types refuse is what is tested
const untyped = { groupby: groupby as any, applyParallel: applyParallel as any };

function isError(code: string, message: string | RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof ApplyError, String(error));
    assert.equal(error.code, code);
    if (typeof message === 'string') assert.equal(error.message, message);
    else assert.match(error.message, message);
    return true;
  };
}

describe('an unknown column', () => {
  const throws = (by: unknown, code: string, message: string | RegExp) =>
    assert.throws(() => untyped.groupby(table, by), isError(code, message));

  it('is named, with the columns there are and the nearest', () => {
    throws(
      'categroy',
      'ERR_UNKNOWN_COLUMN',
      "there is no column 'categroy'; did you mean 'category'? The columns are 'category', 'price'",
    );
    throws('Price', 'ERR_UNKNOWN_COLUMN', /; did you mean 'price'\? The columns/);
    throws('zzz', 'ERR_UNKNOWN_COLUMN', "there is no column 'zzz'. The columns are 'category', 'price'");
    throws(
      ['category', 'zzz'],
      'ERR_UNKNOWN_COLUMN',
      "there is no column 'zzz'. The columns are 'category', 'price'",
    );
    const wide = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`column${i}`, [i]]));
    assert.throws(() => groupby(wide, 'x'), isError('ERR_UNKNOWN_COLUMN', /'column19' and 10 more$/));
    assert.throws(
      () => untyped.groupby([], 'x'),
      isError('ERR_UNKNOWN_COLUMN', "there is no column 'x': the frame has no columns"),
    );
  });

  it('and keys that are none', () => {
    throws(
      5,
      'ERR_INVALID_OPTION',
      /^groupby: by must be a column name, several names, a key maker, or an array .*, got 5$/,
    );
    throws(undefined, 'ERR_INVALID_OPTION', /got undefined$/);
    throws([], 'ERR_INVALID_OPTION', 'groupby: by must name at least one column, got []');
    throws([1, 2, 3], 'ERR_INVALID_OPTION', /^groupby: by has 3 keys, but the frame has 2 rows; /);
  });
});

describe('what is no frame', () => {
  for (const [value, shown] of [
    [5, '5'],
    [null, 'null'],
    ['a.csv', "'a.csv'; to open a file write await scan(path)"],
    [[1, 2], '[ 1, 2 ]'],
    [new Map(), 'Map(0) {}'],
    [Promise.resolve(table), 'a promise (await it first)'],
  ] as const) {
    it(`groupby(${shown})`, () => {
      const message = `expected an Arrow table, a danfojs or polars DataFrame, an arquero or flechette table, an array of row objects or an object of columns, got ${shown}`;
      assert.throws(() => untyped.groupby(value, 'a'), isError('ERR_NOT_A_FRAME', message));
    });
  }

  it('an object of columns of different lengths', () => {
    const message = "the frame to be grouped: columns of different lengths: 'a' has 1 values and 'b' has 2";
    assert.throws(() => groupby({ a: [1], b: [1, 2] }, 'a'), isError('ERR_NOT_A_FRAME', message));
  });

  it('nor grouped', async () => {
    const rejects = (grouped: unknown, message: RegExp) =>
      assert.rejects(
        untyped.applyParallel(grouped, () => null),
        isError('ERR_NOT_A_FRAME', message),
      );
    await rejects(
      table,
      /^applyParallel got a frame that is not grouped; write applyParallel\(groupby\(frame, key\), fn\)$/,
    );
    await rejects(
      [{ a: 1 }],
      /^group 0 is \{ a: 1 \}; .* To group an array of rows write groupby\(rows, key\)$/,
    );
    await rejects(5, /^applyParallel expected groupby\(frame, key\), .*, got 5$/);
    await rejects(undefined, /got undefined$/);
    await rejects(Promise.resolve(groups), /got a promise \(await it first\)$/);
  });
});

describe('a function', () => {
  it('is one', async () => {
    for (const fn of [undefined, 'scale', Promise.resolve(1)]) {
      await assert.rejects(
        untyped.applyParallel(groups, fn),
        isError('ERR_INVALID_OPTION', /^applyParallel: fn must be a function, got /),
      );
    }
  });

  it('can be shipped: if not, why, and what to do; before any group is read', async () => {
    let reads = 0;
    const counted = {
      *[Symbol.iterator]() {
        reads++;
        yield table;
      },
    };
    const cache = new WeakMap<object, number>();
    let count = 0;
    const useless = () => {
      cache.get({});
      return null;
    };
    const counting = () => {
      count++;
      return null;
    };
    for (const [fn, message] of [
      [
        useless,
        /^The function cannot be shipped to a worker: useless -> cache: WeakMap cannot be copied\. .*moduleFunction/,
      ],
      [
        partial((_: unknown, b: { cache: typeof cache }) => (b ? null : null), { cache }),
        /cache: WeakMap cannot be copied/,
      ],
      [counting, /counting -> count: it is assigned inside the function\. .*return the value instead/],
    ] as const) {
      await assert.rejects(
        untyped.applyParallel(counted, fn, { nJobs: 2 }),
        isError('ERR_UNSHIPPABLE', message),
      );
    }
    assert.equal(reads, 0);
    assert.equal(count, 0);
  });
});

describe('a result that is no frame', () => {
  for (const nJobs of [1, 2]) {
    it(`names the group and shows the value, nJobs ${nJobs}`, async () => {
      const message =
        "group 'b': the function returned 'text', which is no frame; return a table, a DataFrame, an object of columns, rows, one row as in { mean: 3 }, or null";
      await assert.rejects(
        untyped.applyParallel(
          groups,
          (_: unknown, { key }: { key: string }) => (key === 'b' ? 'text' : null),
          { nJobs },
        ),
        (error) => {
          assert.ok(error instanceof GroupError);
          assert.deepEqual([error.key, error.index], ['b', 1]);
          return isError('ERR_BAD_RESULT', message)(error);
        },
      );
    });
  }

  it('says what is wrong with what is nearly one', async () => {
    const cases: [() => unknown, RegExp][] = [
      [
        () => ({ x: [1], y: 2 }),
        /^group 'a': column 'y' is 2, but 'x' is a column of 1 values: .*: \[row\]$/,
      ],
      [
        () => ({ x: [1, 2], y: [1] }),
        /^group 'a': columns of different lengths: 'x' has 2 values and 'y' has 1$/,
      ],
      [() => [{ a: 1 }, 5], /^group 'a': row 1 of 2 is a number, and row 0 is an object/],
      [() => [Promise.resolve({ a: 1 })], /^group 'a': /],
      [
        () => new Float64Array(2),
        /^group 'a': the function returned Float64Array\(2\) \[ 0, 0 \], which is no frame/,
      ],
      [() => new Date(0), /^group 'a': the function returned 1970-01-01/],
    ];
    for (const [fn, message] of cases) {
      await assert.rejects(
        untyped.applyParallel(groups, fn, { nJobs: 1 }),
        isError('ERR_BAD_RESULT', message),
      );
    }
  });

  it('does not fit the declared schema, or the other results', async () => {
    const schema = new Schema([new Field('n', new Int32(), true)]);
    await assert.rejects(
      applyParallel(groups, () => ({ m: [1] }), { schema, nJobs: 1 }),
      isError(
        'ERR_SCHEMA_MISMATCH',
        "group 'a': the result has a column 'm', which the declared schema has not",
      ),
    );
    await assert.rejects(
      applyParallel(groups, (_, { key }) => ({ v: key === 'a' ? ['x'] : [1] }), { nJobs: 1 }),
      isError(
        'ERR_SCHEMA_MISMATCH',
        /^column 'v' is Utf8 in the result of group 'a' and Float64 in that of group 'b'; /,
      ),
    );
  });
});
