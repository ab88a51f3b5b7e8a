import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Table, tableFromArrays } from 'apache-arrow';
import { applyParallel, type Columns, groupby } from 'apply-parallel';
import fc from 'fast-check';
import { ResultPacker } from '#dist/combine/index.js';
import { groupReader, readResult } from '#dist/frame/index.js';

const GROUPS = 12;
const ROWS = 5;
const n = GROUPS * ROWS;
const table = tableFromArrays({
  key: Int32Array.from({ length: n }, (_, i) => Math.floor(i / ROWS)),
  x: Float64Array.from({ length: n }, (_, i) => i / 4),
  gap: Array.from({ length: n }, (_, i) => (i % 7 === 0 ? null : i)),
});

type Group = { key: Int32Array; x: Float64Array; gap: Float64Array };

/**
 * What functions return for a group, one way and another; each looks a little different from the one before
 * it.
 */
const ways: { [name: string]: (g: Group) => unknown } = {
  'a new column': (g) => ({ ...g, z: g.x.map((x) => x * 2) }),
  'other numbers': (g) => ({ ...g, z: Float32Array.from(g.x) }),
  integers: (g) => ({ ...g, z: Int32Array.from(g.x) }),
  'the group as it is': (g) => ({ ...g }),
  'only what is new': (g) => ({ z: g.x.map((x) => x + 1) }),
  'another order': (g) => ({ z: g.x.map((x) => -x), key: g.key, x: g.x, gap: g.gap }),
  'a column under another name': (g) => ({ key: g.key, x: g.key, gap: g.gap, z: g.x }),
  'a column handed back twice': (g) => ({ ...g, z: g.x }),
  'a column changed in place': (g) => {
    g.x[1] = -1;
    return { ...g, z: g.x.map((x) => x * 2) };
  },
  'a column with gaps filled': (g) => {
    g.gap.forEach((value, i) => {
      if (Number.isNaN(value)) g.gap[i] = 0;
    });
    return { ...g, z: g.x.map((x) => x * 2) };
  },
  'fewer rows': (g) => ({ key: g.key.subarray(0, 2), z: g.x.slice(0, 2) }),
  nothing: () => null,
  'no rows': () => ({ z: new Float64Array(0) }),
  'plain arrays': (g) => ({ ...g, z: Array.from(g.x) }),
  rows: (g) => [{ z: g.x[0] }],
  'a subclass': (g) => ({ ...g, z: new (class Mine extends Float64Array {})(g.x) }),
};

type Way = keyof typeof ways;

/** Column by column, missing cells null: what the results are side by side. */
function expected(chosen: readonly Way[]): { [name: string]: unknown[] } {
  const out: { [name: string]: unknown[] } = {};
  let rows = 0;
  chosen.forEach((way, group) => {
    const from = group * ROWS;
    const given: Group = {
      key: Int32Array.from({ length: ROWS }, () => group),
      x: Float64Array.from({ length: ROWS }, (_, i) => (from + i) / 4),
      gap: Float64Array.from({ length: ROWS }, (_, i) => ((from + i) % 7 === 0 ? Number.NaN : from + i)),
    };
    const gap = given.gap.slice();
    const made = ways[way](given);
    if (made === null) return;
    const columns = (Array.isArray(made) ? { z: made.map((row) => row.z) } : made) as Columns;
    const values = Object.entries(columns).map(([name, column]) => {
      // What reads NaN where there is null is null again when it comes back as it was.
      const isGap = column === given.gap && given.gap.every((value, i) => Object.is(value, gap[i]));
      const list = Array.from(column as Float64Array, (value) =>
        isGap && Number.isNaN(value) ? null : value,
      );
      return [name, list] as const;
    });
    const length = values[0][1].length;
    if (length === 0) return;
    for (const [name, list] of values) {
      out[name] ??= new Array(rows).fill(null);
      out[name].push(...list);
    }
    rows += length;
    for (const name of Object.keys(out)) while (out[name].length < rows) out[name].push(null);
  });
  return out;
}

const columnsOf = (out: Table) =>
  Object.fromEntries(out.schema.names.map((name) => [name, [...(out.getChild(String(name)) ?? [])]]));

describe('results that look alike', () => {
  const anyWay = fc.constantFrom(...(Object.keys(ways) as Way[]));

  it('and those that do not, come back in order, whatever follows what', async () => {
    const runs = fc.array(fc.tuple(anyWay, fc.integer({ min: 1, max: 5 })), { minLength: GROUPS });
    await fc.assert(
      fc.asyncProperty(runs, fc.constantFrom(undefined, 1, 5), async (drawn, batchSize) => {
        const chosen = drawn.flatMap(([way, times]) => new Array<Way>(times).fill(way)).slice(0, GROUPS);
        const fn = (g: Group, { index }: { index: number }) => ways[chosen[index]](g) as Columns | null;
        const out = await applyParallel(groupby(table, 'key'), fn, {
          input: 'columns',
          nJobs: 1,
          backend: 'inline',
          batchSize,
        });
        const made = columnsOf(out);
        const wanted = expected(chosen);
        if (Object.keys(wanted).length === 0) return assert.equal(out.numRows, 0);
        assert.deepEqual(made, wanted);
      }),
      { numRuns: 300 },
    );
  });

  it('of tables of different types keep them apart', async () => {
    const one = tableFromArrays({ x: Int32Array.of(1, 2) });
    const other = tableFromArrays({ x: Float64Array.of(0.5) });
    const out = await applyParallel([one, other, one, other], (g) => ({ ...g }), {
      input: 'columns',
      nJobs: 1,
    });
    assert.deepEqual([...(out.getChild('x') ?? [])], [1, 2, 0.5, 1, 2, 0.5]);
  });
});

describe('results that can never look alike', () => {
  /** Joined in the worker, as they always were: a segment for each group would cost more than the group. */
  const segmentsOf = (returned: (g: Group, k: number) => unknown, form = 'columns') => {
    const packer = new ResultPacker();
    const read = groupReader(
      { schema: table.schema, columns: table.batches[0].data.children, numRows: n },
      form,
    );
    for (let k = 0; k < GROUPS; k++) {
      const given = read(k * ROWS, (k + 1) * ROWS);
      const value = returned(given.frame as Group, k);
      if (!packer.addSameShape(k, value, given)) packer.add(k, readResult(value, given), value, given);
    }
    return packer.take().segments.length;
  };

  it('are joined all the same', () => {
    assert.equal(
      segmentsOf((g) => {
        g.gap.fill(7);
        return g;
      }),
      1,
      'a column with nulls, filled',
    );
    assert.equal(
      segmentsOf(
        (g) => ({ key: (g as unknown as Table).getChild('key'), z: Float64Array.of(1, 2, 3, 4, 5) }),
        'arrow',
      ),
      1,
      'vectors beside numbers',
    );
    assert.equal(
      segmentsOf((g) => ({ ...g, z: g.x.slice() })),
      1,
      'what is alike is, too',
    );
  });
});
