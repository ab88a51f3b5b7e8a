/**
 * The flights job of the benchmark: `node flights.js flights airports out`. jobs/flights.py does it with
 * pandas.
 */
import { applyParallel, groupby, partial, scan } from 'apply-parallel';
import { type FeatureConfig, flightFeatures } from '../../examples/flights-features.js';
import { loadAirports } from '../../fixtures/flights.js';

const [flights, , path] = process.argv.slice(2);
const config: FeatureConfig = { lateMinutes: 15, minFlights: 100, window: 50 };
const airports = new Map(loadAirports().map((airport) => [airport.iata, airport]));
await applyParallel(groupby(await scan(flights), 'origin'), partial(flightFeatures, { config, airports }), {
  input: 'columns',
  nJobs: -1,
  to: { path, ifExists: 'replace' },
});
