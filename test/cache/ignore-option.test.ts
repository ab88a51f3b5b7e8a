import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { memory, warningsOf } from './support/fresh-memory.js';

let runs: number;
beforeEach(() => {
  runs = 0;
});

describe('Memory.cache: ignore', () => {
  it('leaves out parameters by name and by position', async () => {
    const fn = (x: number, label: string, debug = false) => {
      runs++;
      return `${x}${label}${debug}`;
    };
    const cached = memory.cache(fn, { ignore: ['debug', 1] });
    await cached(1, 'a', true);
    await cached(1, 'b', false);
    assert.equal(runs, 1);
    await cached(2, 'a');
    assert.equal(runs, 2);
  });

  it('leaves out members of an object, by name where the parameter is a pattern', async () => {
    const first = memory.cache(
      ({ x, verbose }: { x: number; verbose: boolean }) => {
        runs++;
        return verbose ? x : x;
      },
      { ignore: ['verbose'] },
    );
    await first({ x: 1, verbose: true });
    await first({ x: 1, verbose: false });
    const second = memory.cache(
      (options: { x: number; verbose: boolean }) => {
        runs++;
        return options.x;
      },
      { ignore: ['options.verbose'] },
    );
    await second({ x: 1, verbose: true });
    await second({ x: 1, verbose: false });
    assert.equal(runs, 2);
    await second({ x: 2, verbose: false });
    assert.equal(runs, 3);
  });

  it('says once that members of instances are not left out', async () => {
    class Options {
      constructor(
        readonly x: number,
        readonly v: number,
      ) {}
    }
    const cached = memory.cache(
      function read(o: Options | Map<string, number> | undefined) {
        runs++;
        return o instanceof Options ? o.x : o?.get('x');
      },
      { ignore: ['o.v'] },
    );
    const warnings = await warningsOf(async () => {
      for (const v of [1, 2]) {
        await cached(new Options(1, v));
        await cached(new Map([['v', v]]));
        await cached(undefined);
      }
    });
    assert.equal(runs, 5);
    assert.deepEqual(
      warnings.map((warning) => warning.replace(/, which.*/, '')),
      ['Options', 'Map'].map((kind) => `read: ignore names v of o, and o is an instance of ${kind}`),
    );
  });

  it('leaves out rest parameters and variables from outside', async () => {
    const log: string[] = [];
    const cached = memory.cache(
      (x: number, ...notes: string[]) => {
        runs++;
        log.push(...notes);
        return x;
      },
      { ignore: ['notes', 'log'] },
    );
    await cached(1, 'a', 'b');
    await cached(1, 'c');
    assert.equal(runs, 1);
    assert.deepEqual(log, ['a', 'b']);
  });

  it('refuses what lies deeper, and positions there are not', () => {
    const deep = (o: { a: { b: number } }) => o.a.b;
    for (const ignore of [['o.a.b'], ['o.'], [-1]]) {
      assert.throws(() => memory.cache(deep, { ignore }), {
        code: 'ERR_INVALID_OPTION',
        message: /ignore has/,
      });
    }
  });

  it('refuses names that are nowhere', () => {
    assert.throws(() => memory.cache((x: number, { y }: { y: number }) => x + y, { ignore: ['z'] }), {
      code: 'ERR_INVALID_OPTION',
      message: /ignore names 'z', which .* neither takes nor uses; its parameters are x, y/,
    });
    assert.throws(() => memory.cache((x: number) => x, { ignore: 'x' as never }), {
      code: 'ERR_INVALID_OPTION',
    });
  });
});
