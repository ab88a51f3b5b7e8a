/**
 * Features for a model of flight delays, from 3,000,000 flights, airport by airport on all cores: from a
 * Parquet file to a Parquet file. `npm start` runs it.
 *
 *   npx tsx examples/flights.ts                          all flights, to out/flights-features.parquet
 *   npx tsx examples/flights.ts --rows 60000             the first 60,000 only
 *   npx tsx examples/flights.ts --out features.parquet   to another file; .arrow and .csv work too
 */
import { statSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Table } from 'apache-arrow';
import { applyParallel, type Grouped, groupby, partial, type Report, scan } from 'apply-parallel';
import { flightsFile, loadAirports } from '../fixtures/flights.js';
import { type FeatureConfig, flightFeatures } from './flights-features.js';
import { printTable } from './support/print-table.js';

const { values: args } = parseArgs({ options: { rows: { type: 'string' }, out: { type: 'string' } } });
const config: FeatureConfig = { lateMinutes: 15, minFlights: 100, window: 50 };
const path = args.out ?? fileURLToPath(new URL('../out/flights-features.parquet', import.meta.url));

console.log('Features for flight delays: US flights, January to June 2001, grouped by airport of origin\n');

const begun = performance.now();
const flights = await scan(flightsFile);
const opened = performance.now();
const grouped: Grouped<Table> =
  args.rows === undefined
    ? groupby(flights, 'origin')
    : groupby(await flights.head(Number(args.rows)), 'origin');
const airports = new Map(loadAirports().map((airport) => [airport.iata, airport]));

let report: Report | undefined;
let reported = 0;
const features = await applyParallel(grouped, partial(flightFeatures, { config, airports }), {
  input: 'columns',
  to: { path, ifExists: 'replace' },
  report(made) {
    report = made;
    reported = performance.now();
  },
});
const done = performance.now();

const { groups = 0, rowsIn = 0, rowsOut = 0, elapsedMs = 0, workers = 0, stages } = report ?? {};
say('opened', `the file in ${seconds(opened - begun)}`);
say('read', `${count(rowsIn)} flights in ${seconds(reported - elapsedMs - opened)}`);
say('split', `into ${groups} airports in ${seconds(stages?.split)}`);
say('applied', `the function with ${workers} workers, which wrote results too, in ${seconds(stages?.apply)}`);
say('wrote', `the last results in ${seconds((stages?.combine ?? 0) + done - reported)}`);
say('in all', seconds(done - begun));

const left = await groupby(features, 'origin').size();
const dropped = `${groups - left} with fewer than ${config.minFlights} flights dropped`;
say('made', `features of ${count(rowsOut)} flights from ${left} airports; ${dropped}`);
say('in', `${relative('', path)}, ${megabytes(statSync(path).size)}`);
const picture = path.replace(/(\.\w+)?$/, '.svg');
writeFileSync(picture, report?.toSVG() ?? '');
say('drawn', `${relative('', picture)}: when each worker ran which airport`);

console.log();
printTable(await features.select(features.columns.filter((name) => name !== 'distance')).head(8));

function say(what: string, facts: string): void {
  console.log(`${what.padStart(8)}  ${facts}`);
}

function count(n: number): string {
  return n.toLocaleString('en-US');
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}

function seconds(ms = 0): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
