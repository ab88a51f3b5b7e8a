// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Field, Float64, Int32, Schema, type Table } from 'apache-arrow';
import { type GroupError, groupby, Memory, mapBatches, type Progress, shutdown } from 'apply-parallel';
import { failure } from './support/failure.js';
import { values } from './support/meaning.js';

after(() => shutdown());

const count = (n: number) => Float64Array.from({ length: n }, (_, i) => i);
const ways = [{ nJobs: 2 }, { nJobs: 1 }, { backend: 'async' as const }];
type Batch = { x: Float64Array };

/** Yields `n` frames of `size` rows each, some at once and some later. */
async function* frames(n: number, size = 3) {
  for (let k = 0; k < n; k++) {
    if (k % 4 === 2) await sleep(1);
    yield { x: count(size).map((i) => k * size + i) };
  }
}

const numbered = (g: Batch, { index, key }: { index: number; key: unknown }) => {
  if (key !== index) throw new Error(`${key} and ${index}`);
  return { x: g.x, batch: new Int32Array(g.x.length).fill(index) };
};

for (const way of ways) {
  describe(`mapBatches with ${JSON.stringify(way)}`, () => {
    it('cuts a frame into batches, and joins their results', async () => {
      const out = await mapBatches({ x: count(7) }, numbered, { ...way, batchRows: 3 });
      assert.deepEqual(out, { x: count(7), batch: Int32Array.of(0, 0, 0, 1, 1, 1, 2) });
      const whole = await mapBatches({ x: count(7) }, numbered, way);
      assert.deepEqual(whole.batch, new Int32Array(7));
      const exact = await mapBatches({ x: count(6) }, numbered, { ...way, batchRows: 3 });
      assert.deepEqual(exact.batch, Int32Array.of(0, 0, 0, 1, 1, 1));
    });

    it('takes any number of rows from the function', async () => {
      const fn = ({ x }: Batch, { index }: { index: number }) =>
        index === 1 ? null : { sum: [x[0] + x[1]] };
      assert.deepEqual(await mapBatches({ x: count(6) }, fn, { ...way, batchRows: 2 }), {
        sum: Float64Array.of(1, 9),
      });
    });

    it('leaves the frame alone, whatever the function writes', async () => {
      const frame = { x: count(4) };
      const out = await mapBatches(
        frame,
        (g) => {
          g.x.fill(9);
          return g;
        },
        { ...way, batchRows: 3 },
      );
      assert.deepEqual(out.x, Float64Array.of(9, 9, 9, 9));
      assert.deepEqual(frame.x, count(4));
    });

    it('makes a batch of each frame of an iterable', async () => {
      const out = await mapBatches(frames(9), numbered, way);
      assert.deepEqual(out.x, count(27));
      assert.deepEqual(
        out.batch,
        Int32Array.from({ length: 27 }, (_, i) => Math.floor(i / 3)),
      );
    });

    it('cuts and joins them to batches of one size', async () => {
      for (const batchRows of [1, 2, 4, 7, 100]) {
        const out = await mapBatches(frames(5), numbered, { ...way, batchRows });
        assert.deepEqual(out.x, count(15));
        assert.deepEqual(
          out.batch,
          Int32Array.from({ length: 15 }, (_, i) => Math.floor(i / batchRows)),
        );
      }
    });

    it('yields the results in order, or as they arrive', async () => {
      for (const options of [
        { returnAs: 'generator' },
        { returnAs: 'generator', ordered: false },
        { returnAs: 'generatorUnordered' },
      ] as const) {
        for (const given of [frames(20), { x: count(60) }]) {
          const seen: number[] = [];
          for await (const { key, index, frame } of mapBatches(
            given as { x: Float64Array },
            (g) => ({ x: g.x }),
            { ...way, ...options, batchRows: 3 },
          )) {
            assert.equal(key, index);
            assert.deepEqual([...(frame.x as Float64Array)], [3 * index, 3 * index + 1, 3 * index + 2]);
            seen.push(index);
          }
          const sorted = seen.toSorted((a, b) => a - b);
          assert.deepEqual(sorted, [...Array(20).keys()]);
          if (!('ordered' in options) && options.returnAs === 'generator') assert.deepEqual(seen, sorted);
        }
      }
    });

    it('stops reading when nobody takes results, and closes the iterable', async () => {
      let read = 0;
      let isClosed = false;
      async function* endless() {
        try {
          for (;;) yield { x: count(40_000).map(() => read++) };
        } finally {
          isClosed = true;
        }
      }
      for await (const { index } of mapBatches(endless(), (g) => ({ x: g.x.slice(0, 1) }), {
        ...way,
        returnAs: 'generator',
      })) {
        if (index === 3) break;
      }
      assert.ok(read < 40_000 * 1000, `${read}`);
      assert.ok(isClosed);
    });

    it('names the batch that failed, counted over the whole iterable', async () => {
      const fn = (g: Batch, { index }: { index: number }) => {
        if (index === 13) throw new RangeError('no');
        return g;
      };
      const error = (await failure(mapBatches(frames(20), fn, way))) as unknown as GroupError;
      assert.equal(error.message, 'batch 13 failed: RangeError: no');
      assert.deepEqual([error.code, error.key, error.index], ['ERR_GROUP_FAILED', 13, 13]);
      assert.match(String(error.stack), /map-batches\.test\.ts/);
      const out = await mapBatches(frames(20), fn, { ...way, onError: ({ index }) => ({ x: [-index] }) });
      assert.deepEqual(
        (out.x as Float64Array).filter((x) => x < 0),
        Float64Array.of(-13),
      );
      assert.equal(out.x.length, 58);
    });

    it('runs failed batches again', async () => {
      const tries = new Map<number, number>();
      const fn = (g: Batch, { index }: { index: number }) => {
        tries.set(index, (tries.get(index) ?? 0) + 1);
        if (index === 4 && (tries.get(index) as number) < 2) throw new RangeError('no');
        return g;
      };
      const out = await mapBatches(frames(6), fn, { backend: 'inline', retries: 1 });
      assert.deepEqual(out.x, count(18));
    });

    it('passes on what the iterable throws', async () => {
      async function* broken() {
        yield { x: count(2) };
        throw new TypeError('mine');
      }
      assert.equal(String(await failure(mapBatches(broken(), (g) => g, way))), 'TypeError: mine');
      const seen: number[] = [];
      await assert.rejects(async () => {
        for await (const { index } of mapBatches(broken(), (g) => g, { ...way, returnAs: 'generator' }))
          seen.push(index);
      }, /mine/);
    });

    it('ends when the signal aborts, also while the iterable gives nothing', async () => {
      async function* stuck() {
        yield { x: count(2) };
        await new Promise(() => {});
      }
      const controller = new AbortController();
      const run = mapBatches(stuck(), (g: Batch) => g, { ...way, signal: controller.signal });
      controller.abort();
      assert.equal((await failure(run)).code, 'ERR_ABORTED');
    });

    it('has no rows of no frames', async () => {
      async function* none() {}
      assert.equal(((await mapBatches(none() as AsyncIterable<Table>, (g) => g, way)) as Table).numRows, 0);
      const schema = new Schema([new Field('y', new Int32(), true)]);
      const declared = await mapBatches(none() as AsyncIterable<Table>, (g) => g, { ...way, schema });
      assert.deepEqual(
        declared.schema.fields.map(({ name }) => name),
        ['y'],
      );
      assert.deepEqual(await mapBatches(frames(3, 0), (g) => g, way), { x: new Float64Array(0) });
      assert.deepEqual(await mapBatches({ x: new Float64Array(0) }, (g) => g, way), {
        x: new Float64Array(0),
      });
      assert.deepEqual(await mapBatches([], (g) => g, way), []);
    });

    it('joins frames of different columns and types by name', async () => {
      const given = [{ a: Int32Array.of(1) }, { a: Float64Array.of(1.5), b: ['x'] }, { a: Int32Array.of(3) }];
      for (const batchRows of [undefined, 2]) {
        const out = await mapBatches(given.values(), (g) => g, { ...way, batchRows, output: 'arrow' });
        assert.deepEqual(values(out as unknown as Table, 'a'), [1, 1.5, 3]);
        assert.deepEqual(values(out as unknown as Table, 'b'), [null, 'x', null]);
      }
    });

    it('knows schema, progress and seed', async () => {
      const schema = new Schema([new Field('x', new Float64(), true)]);
      const wrong = failure(mapBatches(frames(2), () => ({ x: ['text'] }), { ...way, schema }));
      assert.equal((await wrong).code, 'ERR_SCHEMA_MISMATCH');
      const seen: Progress[] = [];
      await mapBatches(frames(9), (g) => g, { ...way, progress: (progress) => seen.push(progress) });
      const { groups, groupsTotal, rows, done } = seen.at(-1) as Progress;
      assert.deepEqual(
        { groups, groupsTotal, rows, done },
        { groups: 9, groupsTotal: 9, rows: 27, done: true },
      );
      const draw = (g: Batch, { random }: { random: () => number }) => ({ r: g.x.map(() => random()) });
      const one = await mapBatches(frames(9), draw, { ...way, seed: 1 });
      assert.deepEqual(await mapBatches({ x: count(27) }, draw, { ...way, seed: 1, batchRows: 3 }), one);
    });
  });
}

describe('mapBatches', () => {
  it('caches results, of a frame and of an iterable', async () => {
    const location = await mkdtemp(join(tmpdir(), 'batches-'));
    try {
      const cache = new Memory({ location, verbose: 0 });
      // Equal only if it comes from the cache.
      const fn = (g: Batch) => ({ x: g.x, drawn: g.x.map(() => Math.random()) });
      const first = await mapBatches(frames(6), fn, { cache });
      assert.deepEqual(await mapBatches(frames(6), fn, { cache }), first);
      assert.deepEqual(await mapBatches({ x: count(18) }, fn, { cache, batchRows: 3 }), first);
      const longer = await mapBatches(frames(8), fn, { cache });
      assert.deepEqual((longer.drawn as Float64Array).subarray(0, 18), first.drawn);
    } finally {
      await rm(location, { recursive: true });
    }
  });

  it('keeps all workers busy where frames come one by one', async () => {
    const running = new Int32Array(new SharedArrayBuffer(8));
    const fn = (g: Batch) => {
      const now = Atomics.add(running, 0, 1) + 1;
      if (now === 3) Atomics.store(running, 1, 1);
      // Waits for two others, which only run at the same time if three batches are under way.
      for (let turn = 0; turn < 400 && Atomics.load(running, 1) === 0; turn++)
        Atomics.wait(running, 1, 0, 10);
      return g;
    };
    async function* slowly() {
      for (let k = 0; k < 3; k++) {
        await sleep(5);
        yield { x: Float64Array.of(k) };
      }
    }
    await mapBatches(slowly(), fn, { nJobs: 3 });
    assert.equal(running[1], 1);
  });

  it('refuses what it cannot do, and says why', async () => {
    const refused = async (
      given: unknown,
      options: unknown,
      message: RegExp,
      fn: unknown = (g: unknown) => g,
    ) => {
      assert.match(
        (await failure(mapBatches(given as Table, fn as never, options as never) as Promise<unknown>))
          .message,
        message,
      );
    };
    const frame = { x: count(3) };
    await refused(frame, { batchRows: 0 }, /^mapBatches: batchRows must be a positive whole number, got 0/);
    await refused(
      frame,
      { batchRows: 1.5 },
      /^mapBatches: batchRows must be a positive whole number, got 1.5/,
    );
    await refused(frame, { ordered: 1 }, /^mapBatches: ordered must be true or false, got 1/);
    await refused(
      frame,
      { batchrows: 2 },
      /^mapBatches has no option 'batchrows'; did you mean 'batchRows'\?/,
    );
    await refused(frame, { groupKeys: true }, /^mapBatches has no option 'groupKeys': batches have no keys/);
    await refused(frame, {}, /^mapBatches: fn must be a function, got 5/, 5);
    await refused(5, {}, /^mapBatches expected a frame or an iterable of frames, got 5/);
    await refused(null, {}, /^mapBatches expected a frame or an iterable of frames, got null/);
    await refused(groupby(frame, 'x'), {}, /^mapBatches got groups, and takes a frame/);
    await refused([frame, 5].values(), {}, /^mapBatches: item 1 of the iterable is 5; expected a frame/);
    await refused(
      [frame, [{ x: 1 }]].values(),
      {},
      /item 1 of the iterable is a frame of kind 'records', .* 'columns'; give one kind/,
    );
    assert.throws(
      () => mapBatches(frame, (g) => g, { ordered: true, returnAs: 'generatorUnordered' }),
      /^ApplyError: mapBatches: ordered is true, and returnAs is 'generatorUnordered'/,
    );
  });
});
