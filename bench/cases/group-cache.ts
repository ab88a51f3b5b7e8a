/**
 * Results of groups that are known from before: the flights by origin, whole and after one airport has
 * changed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeVector, Table, type Vector } from 'apache-arrow';
import { applyParallel, groupby, Memory, shareTable } from 'apply-parallel';
import { arrowColumns } from '../columns.js';
import { standardiseForPeers } from '../functions/standardise.js';
import type { Group, MakePrepared, StageCase } from '../types.js';
import { someFlights } from './flights-origin.js';

type Fn = (group: Group) => object;

/**
 * How each run begins: without a cache, with an empty one, with all groups known, or with one airport not
 * known.
 */
type Beginning = 'none' | 'empty' | 'full' | 'one changed';

const beginning =
  (how: Beginning, fn: Fn): MakePrepared =>
  async (given, keys) => {
    const table = shareTable(given) as Table;
    const location = mkdtempSync(join(tmpdir(), 'apply-parallel-bench-groups-'));
    process.once('exit', () => rmSync(location, { recursive: true, force: true }));
    const cache = how === 'none' ? undefined : new Memory({ location });
    const call = (rows: Table) =>
      applyParallel(groupby(rows, keys), fn as never, { input: 'columns', cache });
    let minutes = 0n;
    return {
      // A call before each of them, so that all find workers and memory in the same state.
      async before() {
        await cache?.clear();
        await call(how === 'one changed' ? delayed(table, 'SFO', ++minutes) : table);
        if (how === 'empty') await cache?.clear();
      },
      run: () => call(table),
      columns: (result) => arrowColumns(result as Table),
    };
  };

/** The table with the flights of one airport that much later. */
function delayed(table: Table, airport: string, minutes: bigint): Table {
  const origins = (table.getChild('origin') as Vector).toArray();
  const delay: BigInt64Array = (table.getChild('delay') as Vector).toArray().slice();
  for (let i = 0; i < delay.length; i++) if (origins[i] === airport) delay[i] += minutes;
  return shareTable(table.assign(new Table({ delay: makeVector(delay) }))) as Table;
}

const groupCacheCase = (name: string, what: string, fn: Fn): StageCase => ({
  kind: 'stage',
  name,
  title: `Flights by origin with a cache of groups: ${what}`,
  keys: ['origin'],
  data: someFlights,
  stages: {
    'second run, every group known': beginning('full', fn),
    'after one airport changed': beginning('one changed', fn),
    'first run, nothing known': beginning('empty', fn),
    'without a cache': beginning('none', fn),
  },
  // A second run in 15 % of the first.
  goals: [{ peer: 'first run, nothing known', times: 6.7 }],
});

const light: Fn = standardiseForPeers.ours.columns;

/** Some 2 s in all, in one thread: 25 passes over the delays. */
const heavy: Fn = (group) => {
  const delay: BigInt64Array = group.delay;
  const spread = new Float64Array(delay.length);
  for (let power = 1; power <= 25; power++) {
    for (let i = 0; i < delay.length; i++) spread[i] += Math.sqrt(Math.abs(Number(delay[i])) + power);
  }
  return { ...group, spread };
};

export const groupCache = groupCacheCase('group-cache', 'standardised delay and late flag', light);
export const groupCacheHeavy = groupCacheCase('group-cache-heavy', '25 passes over the delays', heavy);
