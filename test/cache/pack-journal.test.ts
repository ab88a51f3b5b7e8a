import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import { type PackBatch, PackJournal } from '../../src/cache/pack-journal.js';

const batch = (...groups: number[]): PackBatch => ({ segments: [], groups, empty: undefined });

/** Lets the promises of the journal go on. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('PackJournal', () => {
  it('writes what waits after a second, in one pack', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const packs: PackBatch[] = [];
      const journal = new PackJournal(async (written) => {
        packs.push(written);
        return { path: `/nowhere/${packs.length}`, bytes: 100 };
      });
      journal.add(batch(1));
      journal.add(batch(2));
      mock.timers.tick(999);
      await settled();
      assert.equal(packs.length, 0);
      mock.timers.tick(1);
      await settled();
      assert.deepEqual(
        packs.map(({ groups }) => groups),
        [[1, 2]],
      );
      journal.add(batch(3));
      await journal.end();
      // The last pack has all that the small ones had.
      assert.deepEqual(packs.at(-1)?.groups, [1, 2, 3]);
    } finally {
      mock.timers.reset();
    }
  });

  it('joins small packs, and leaves large ones as they are', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const packs: PackBatch[] = [];
      const journal = new PackJournal(async (written) => {
        packs.push(written);
        return { path: `/nowhere/${packs.length}`, bytes: written.groups[0] === 0 ? 2 ** 30 : 100 };
      });
      for (let k = 0; k < 40; k++) {
        journal.add(batch(k));
        mock.timers.tick(1000);
        await settled();
      }
      await journal.end();
      assert.deepEqual(packs[0].groups, [0]);
      const all = Array.from({ length: 39 }, (_, k) => k + 1);
      assert.deepEqual(packs.at(-1)?.groups, all);
    } finally {
      mock.timers.reset();
    }
  });

  it('keeps the columns of the first empty result, and goes on where a pack cannot be written', async () => {
    const packs: PackBatch[] = [];
    const journal = new PackJournal(async (written) => {
      packs.push(written);
      return undefined;
    });
    journal.add({ ...batch(5), empty: { group: 5, fields: [] } });
    journal.add({ ...batch(3), empty: { group: 3, fields: [] } });
    await journal.end();
    assert.equal(packs[0].empty?.group, 3);
    journal.add(batch(6));
    await journal.end();
    assert.deepEqual(packs[1].groups, [6]);
  });
});
