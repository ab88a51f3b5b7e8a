/**
 * Features for a model of flight delays, from 3,000,000 flights, airport by airport on all cores. `npm start` runs it.
 *
 *   npx tsx examples/flights.ts                        all flights, to out/flights-features.arrow
 *   npx tsx examples/flights.ts --rows 60000           the first 60,000 only
 *   npx tsx examples/flights.ts --out features.arrow   to another file
 */
import { mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Table, tableToIPC } from 'apache-arrow';
import { applyParallel, groupby, partial } from 'apply-parallel';
import { loadAirports, loadFlights } from '../fixtures/flights.js';
import { type FeatureConfig, flightFeatures } from './flights-features.js';
import { printTable } from './support/print-table.js';

const { values: args } = parseArgs({ options: { rows: { type: 'string' }, out: { type: 'string' } } });
const config: FeatureConfig = { lateMinutes: 15, minFlights: 100, window: 50 };

console.log('Features for flight delays: US flights, January to June 2001, grouped by airport of origin\n');

const [flights, loading] = await timed(async () =>
  (await loadFlights()).slice(0, Number(args.rows ?? Infinity)),
);
const airports = new Map(loadAirports().map((airport) => [airport.iata, airport]));
say('read', `${count(flights.numRows)} flights in ${seconds(loading)}`);

// The first call of a program starts the workers; on a sample, so that what follows compares the work.
const sample = flights.slice(0, 50_000);
await makeFeatures(sample, { nJobs: 1, progress: false });
const [, starting] = await timed(() => makeFeatures(sample, { nJobs: -1, progress: false }));
say('started', `${availableParallelism()} workers, with a first call on a sample, in ${seconds(starting)}`);

const [, withOne] = await timed(() => makeFeatures(flights, { nJobs: 1, progress: true }));
say('one worker', seconds(withOne));

const [features, withAll] = await timed(() => makeFeatures(flights, { nJobs: -1, progress: true }));
const times = (withOne / withAll).toFixed(2);
say(`${availableParallelism()} workers`, `${seconds(withAll)}, ${times} times as fast`);

const [airportsIn, airportsOut] = [flights, features].map((frame) => groupby(frame, 'origin').size);
const dropped = `${airportsIn - airportsOut} with fewer than ${config.minFlights} flights dropped`;
say('made', `features of ${count(features.numRows)} flights from ${airportsOut} airports; ${dropped}`);

const file = args.out ?? fileURLToPath(new URL('../out/flights-features.arrow', import.meta.url));
const [, writing] = await timed(() => writeArrow(features, file));
say('wrote', `${relative('', file)}, ${megabytes(statSync(file).size)}, in ${seconds(writing)}`);

console.log();
printTable(features.slice(0, 8).select(features.schema.names.filter((name) => name !== 'distance')));

/** The main job: split by airport, run the function on every airport, put the results together. */
function makeFeatures(table: Table, options: { nJobs: number; progress: boolean }): Promise<Table> {
  return applyParallel(groupby(table, 'origin'), partial(flightFeatures, { config, airports }), {
    input: 'columns',
    ...options,
  });
}

/** Written under another name first: whoever opens the file finds a whole one. */
function writeArrow(table: Table, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.part`, tableToIPC(table, 'file'));
  renameSync(`${path}.part`, path);
}

async function timed<T>(work: () => T | Promise<T>): Promise<[result: T, ms: number]> {
  const begun = performance.now();
  const result = await work();
  return [result, performance.now() - begun];
}

function say(what: string, facts: string): void {
  console.log(`${what.padStart(12)}  ${facts}`);
}

function count(n: number): string {
  return Math.round(n).toLocaleString('en-US');
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
