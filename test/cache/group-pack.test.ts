import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { Table, vectorFromArray } from 'apache-arrow';
import { writeDump } from '#dist/persist/index.js';
import { assertTablesEqual } from '../support/table-equal.js';
import { type Fn, packs, plain, run, sales, share } from './support/cached-groups.js';
import { memory as cache, location } from './support/fresh-memory.js';

describe('the files of cached groups', () => {
  /** What warnings a call gives, beside its result. */
  async function warningsOf<T>(body: () => Promise<T>): Promise<T & { warnings: string[] }> {
    const warnings: string[] = [];
    const listen = (warning: Error) => warnings.push(warning.message);
    process.on('warning', listen);
    const result = await body();
    await new Promise(setImmediate);
    process.off('warning', listen);
    return { ...result, warnings };
  }

  const damages: { [how: string]: (path: string) => void } = {
    'is another file': (path) => writeFileSync(path, 'not mine'),
    'ends too early': (path) => truncateSync(path, readFileSync(path).length - 64),
    'has other bytes in the results': (path) => {
      const bytes = readFileSync(path);
      for (let at = bytes.length - 500; at < bytes.length; at++) bytes[at] ^= 1;
      writeFileSync(path, bytes);
    },
  };
  for (const [how, damage] of Object.entries(damages)) {
    it(`computes all again, with a warning, when its file ${how}`, async () => {
      await run(sales(6), share as Fn, { nJobs: 1 });
      const [pack] = packs();
      damage(join(location, pack));
      const { out, cached, warnings } = await warningsOf(() => run(sales(6), share as Fn, { nJobs: 1 }));
      assert.equal(cached, 0);
      assert.equal(warnings.length, 1);
      assert.match(warnings[0], /cannot be read: .* computed again/);
      assertTablesEqual(out, await plain(sales(6), share as Fn));
      assert.equal((await run(sales(6), share as Fn, { nJobs: 1 })).cached, 6);
    });
  }

  it("takes another function's file in the folder of this one for foreign, with a warning", async () => {
    const twice = (g: { x: Float64Array }) => ({ x: g.x.map((x) => 2 * x) });
    await run(sales(6), share as Fn, { nJobs: 1 });
    const [foreign] = packs();
    await run(sales(6), twice as Fn, { nJobs: 1 });
    const [own] = packs().filter((pack) => pack !== foreign);
    const place = join(location, dirname(own), basename(foreign));
    copyFileSync(join(location, foreign), place);
    rmSync(join(location, own));
    const { out, cached, warnings } = await warningsOf(() => run(sales(6), twice as Fn, { nJobs: 1 }));
    assert.equal(cached, 0);
    assertTablesEqual(out, await plain(sales(6), twice as Fn));
    assert.equal(warnings.length, 1);
    assert.ok(warnings[0].startsWith(`${place} cannot be read: it is the result groups-share-`));
  });

  it('reads only the files of which something is wanted', async () => {
    await run(sales(6), share as Fn, { nJobs: 1 });
    const [old] = packs();
    const others = new Table({
      shop: vectorFromArray(['x', 'y', 'y']),
      x: vectorFromArray(Float64Array.of(1, 2, 3)),
      note: vectorFromArray(['n', null, null]),
    });
    await run(others, share as Fn, { nJobs: 1 });
    damages['has other bytes in the results'](join(location, old));
    const { cached, warnings } = await warningsOf(() => run(others, share as Fn, { nJobs: 1 }));
    assert.equal(cached, 2);
    assert.deepEqual(warnings, []);
  });

  it('forgets what nothing was wanted of, though it was looked at', async () => {
    await run(sales(3), share as Fn, { nJobs: 1 });
    const [old] = packs().map((pack) => join(location, pack));
    const then = new Date(Date.now() - 20 * 86_400_000);
    utimesSync(old, then, then);
    await run(sales(3, { row: 0, x: 1 }).slice(0, 1), share as Fn, { nJobs: 1 });
    assert.deepEqual((await cache.reduceSize({ ageLimit: { days: 7 } })).items, 1);
    // Its secret stays: the other results are found.
    assert.equal((await run(sales(3, { row: 0, x: 1 }).slice(0, 1), share as Fn, { nJobs: 1 })).cached, 1);
  });

  it('takes a file that is laid out otherwise for none, with a warning', async () => {
    await run(sales(3), share as Fn, { nJobs: 1 });
    const path = join(location, packs()[0]);
    const groups = { numRows: 21, filled: '', empty: '', emptyWithColumns: '' };
    for (const meta of [
      { groups: 5 },
      { groups: {} },
      { groups: { ...groups, filled: 'AAAA' } },
      { groups },
    ]) {
      await writeDump({ something: 'else' }, path, undefined, {
        meta: { key: `${basename(dirname(path))}/${basename(path)}`, ...meta },
      });
      const { out, cached, warnings } = await warningsOf(() => run(sales(3), share as Fn, { nJobs: 1 }));
      assert.equal(cached, 0);
      assertTablesEqual(out, await plain(sales(3), share as Fn));
      assert.ok(warnings.every((warning) => warning.includes('is no file of this cache')));
      for (const pack of packs()) if (join(location, pack) !== path) rmSync(join(location, pack));
    }
  });

  it('runs without what cannot be read, with a warning', async () => {
    await run(sales(3), share as Fn, { nJobs: 1 });
    const folder = join(location, dirname(packs()[0]));
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'a file where a folder should be');
    const { cached, out, warnings } = await warningsOf(() => run(sales(3), share as Fn, { nJobs: 1 }));
    assert.equal(cached, 0);
    assertTablesEqual(out, await plain(sales(3), share as Fn));
    assert.equal(warnings.length, 2); // neither read nor written
  });
});
