import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applyParallel, groupby, type Progress, type Report } from 'apply-parallel';
import type { GroupCall } from '#dist/groups/group-call.js';
import { chooseWorkers } from '#dist/groups/worker-choice.js';
import { ship } from '#dist/ship/index.js';

const sizesOf = (count: number) => new Int32Array(count).fill(10);

/** Returns the part of a call that the choice looks at. */
const callOf = (count: number, mayUseFewer = true) =>
  ({
    verb: { name: 'applyParallel' },
    fn: () => 'a function',
    source: { count, sizes: sizesOf(count) },
    options: { input: 'columns', mayUseFewer },
  }) as unknown as GroupCall;

/** Returns how many workers begin each of some calls of one function, whose groups take these times. */
function beginnersOf(fn: () => unknown, calls: readonly (readonly [groups: number, msPerGroup: number])[]) {
  const shipped = ship(fn);
  return calls.map(([groups, msPerGroup]) => {
    const { beginners, learn } = chooseWorkers(callOf(groups), shipped, 8);
    learn(groups * msPerGroup);
    return beginners;
  });
}

describe('the default number of workers', () => {
  it('is all for a function that is not known, then as many as the work is worth', () => {
    const calls = [
      [100, 0.001],
      [100, 0.001],
      [3000, 0.001],
      [100_000, 0.001],
      [100, 0.001],
    ] as const;
    assert.deepEqual(
      beginnersOf(() => 'light', calls),
      [8, 1, 3, 8, 1],
    );
  });

  it('follows a function that becomes heavier or lighter', () => {
    const calls = [
      [10, 0.01],
      [10, 5],
      [10, 5],
      [10, 0.01],
      [10, 0.01],
    ] as const;
    assert.deepEqual(
      beginnersOf(() => 'changing', calls),
      [8, 1, 8, 8, 1],
    );
  });

  it('does not change from call to call where the work is about as much', () => {
    const calls = [
      [10, 0.19],
      [10, 0.19],
      [10, 0.23],
      [10, 0.19],
    ] as const;
    assert.deepEqual(
      beginnersOf(() => 'steady', calls),
      [8, 2, 2, 2],
    );
  });

  it('tells functions apart by their code, and by the code that they use', () => {
    const make = (helper: () => number) => () => helper();
    const one = () => 1;
    const two = () => 2;
    assert.deepEqual(beginnersOf(make(one), [[1, 0.01]]), [8]);
    assert.deepEqual(beginnersOf(make(two), [[1, 0.01]]), [8]);
    assert.deepEqual(beginnersOf(make(one), [[1, 0.01]]), [1]);
  });

  it('is all where groups may wait for each other', () => {
    const words = new Int32Array(new SharedArrayBuffer(4));
    const calls = [
      [1, 0.01],
      [1, 0.01],
    ] as const;
    assert.deepEqual(
      beginnersOf(() => words[0], calls),
      [8, 8],
    );
  });

  it('is what the user says, if the user says it', () => {
    const shipped = ship(() => 'asked for');
    for (let call = 0; call < 2; call++) {
      const { beginners, why, learn } = chooseWorkers(callOf(1, false), shipped, 8);
      assert.deepEqual([beginners, why], [8, undefined]);
      learn(0.001);
    }
  });
});

describe('workers that were chosen', () => {
  it('are told by report and progress, in a loop of light calls', async () => {
    const grouped = groupby({ k: Int32Array.of(1, 2), x: Float64Array.of(1, 2) }, 'k');
    for (let call = 0; call < 3; call++) {
      let told: Report | undefined;
      let last: Progress | undefined;
      const result = await applyParallel(
        grouped,
        (g: { x: Float64Array }) => ({ x: g.x.map((x) => x * 2) }),
        {
          output: 'columns',
          report: (report) => {
            told = report;
          },
          progress: (progress) => {
            last = progress;
          },
        },
      );
      assert.deepEqual([...(result as { x: Float64Array }).x], [2, 4]);
      assert.equal(last?.workers, told?.workers);
      assert.equal(last?.workersBecause, told?.workersBecause);
      assert.equal(told?.busy.length, told?.workers);
      if (told?.workersBecause) assert.ok(String(told).includes(`(${told.workersBecause}), busy`));
    }
  });
});
