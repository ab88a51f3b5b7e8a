// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { applyParallel, cogroup, groupby } from 'apply-parallel';
import { Random } from './support/random-data.js';

it('cogroup agrees with a plain program on random frames', async () => {
  const random = new Random(20);
  for (let round = 0; round < 300; round++) {
    const frames = Array.from({ length: 2 + (random.chance(0.2) ? 1 : 0) }, (_, at) => drawFrame(random, at));
    const dropna = frames.map(() => random.chance(0.5));
    const sort = random.chance(0.7);
    const how = random.pick(['outer', 'inner', 'left', 'right'] as const);
    const [a, b, ...others] = frames.map(({ k, j, row }, at) =>
      groupby({ k, j, row }, ['k', 'j'], { dropna: dropna[at], sort }),
    );
    const grouped = cogroup(a, b, ...others, { how });
    const expected = plainCogroup(frames, dropna, sort, how);
    assert.deepEqual(
      grouped.keys,
      expected.map(({ key }) => key),
      `round ${round}`,
    );
    const out = await applyParallel(
      grouped,
      (...args: unknown[]) => {
        const parts = args.slice(0, -1) as { row: Int32Array }[];
        return { rows: parts.map(({ row }) => [...row].join()).join('|') };
      },
      { nJobs: round % 20 === 0 ? 2 : 1, input: 'columns', output: 'records' },
    );
    assert.deepEqual(
      out.map(({ rows }) => rows),
      expected.map(({ rows }) => rows.map((each) => each.join()).join('|')),
      `round ${round}`,
    );
  }
});

interface Drawn {
  readonly k: (string | null)[];
  readonly j: readonly (number | null)[];
  readonly row: Int32Array;
}

function drawFrame(random: Random, at: number): Drawn {
  const length = random.below(12);
  const draw = <T>(values: readonly T[]): T[] => Array.from({ length }, () => random.pick(values));
  return {
    k: draw(['a', 'b', 'ab', null]),
    j: draw(at === 0 ? [1, 2, null] : [1, 2.5, 2, null]),
    row: Int32Array.from({ length }, (_, row) => row),
  };
}

/** The same by maps of keys, row by row. */
function plainCogroup(
  frames: readonly Drawn[],
  dropna: readonly boolean[],
  sort: boolean,
  how: 'outer' | 'inner' | 'left' | 'right',
) {
  const groups = new Map<string, { key: [string | null, number | null]; rows: number[][] }>();
  frames.forEach(({ k, j }, at) => {
    k.forEach((_, row) => {
      const key: [string | null, number | null] = [k[row], j[row]];
      if (dropna[at] && key.includes(null)) return;
      const name = JSON.stringify(key);
      if (!groups.has(name)) groups.set(name, { key, rows: frames.map(() => []) });
      groups.get(name)?.rows[at].push(row);
    });
  });
  const kept = [...groups.values()].filter(({ rows }) => {
    const has = rows.map(({ length }) => length > 0);
    if (how === 'outer') return true;
    return how === 'inner' ? has.every(Boolean) : how === 'left' ? has[0] : has[has.length - 1];
  });
  const rank = (part: string | number | null) => (part === null ? '\uffff' : part);
  if (!sort) {
    // Missing keys come last in every order.
    return kept;
  }
  return kept.sort((x, y) => {
    for (const at of [0, 1]) {
      const [p, q] = [rank(x.key[at]), rank(y.key[at])];
      if (p === q) continue;
      if (p === '\uffff') return 1;
      if (q === '\uffff') return -1;
      return p < q ? -1 : 1;
    }
    return 0;
  });
}
