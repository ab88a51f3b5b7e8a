import type { BenchCase } from '../types.js';
import { byBins, byQuantiles } from './by-bins.js';
import { byDay } from './by-day.js';
import { calls } from './calls.js';
import { danfo, danfoSmallGroups } from './danfo.js';
import { dumpCase, dumpLoad, hashCase, loadCase, memoryHit } from './files.js';
import { flightsOrigin } from './flights-origin.js';
import { flightsRoute } from './flights-route.js';
import { groupCache, groupCacheHeavy } from './group-cache.js';
import { heavyGroups } from './heavy-groups.js';
import { flightsJob, salesCsvJob, salesJob, spilledJob } from './jobs.js';
import { readCsv, readParquet } from './reading.js';
import { rollingCase } from './rolling.js';
import { scheduleEven, scheduleSkew } from './schedule.js';
import { smallGroups } from './small-groups.js';
import { splitAlone } from './split.js';
import { stages } from './stages.js';
import { tiny } from './tiny.js';
import { transform } from './transform.js';
import { reduceMemoryCase, writeParquet } from './writing.js';

/** Every case, in the order of the report. */
export const cases: BenchCase[] = [
  flightsOrigin,
  flightsRoute,
  smallGroups,
  splitAlone,
  byDay,
  byBins,
  byQuantiles,
  transform,
  rollingCase,
  stages,
  heavyGroups,
  scheduleEven,
  scheduleSkew,
  tiny,
  danfo,
  danfoSmallGroups,
  dumpLoad,
  dumpCase,
  loadCase,
  hashCase,
  memoryHit,
  writeParquet,
  reduceMemoryCase,
  readParquet,
  readCsv,
  groupCache,
  groupCacheHeavy,
  calls,
  salesJob,
  salesCsvJob,
  flightsJob,
  spilledJob,
];

export function findCase(name: string): BenchCase {
  const found = cases.find((each) => each.name === name);
  if (!found) throw new Error(`No case ${name}`);
  return found;
}
