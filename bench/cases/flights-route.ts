import { standardiseManyParts } from '../functions/standardise.js';
import type { ApplyCase } from '../types.js';
import { flightsOrigin } from './flights-origin.js';

export const flightsRoute: ApplyCase = {
  ...flightsOrigin,
  name: 'flights-route',
  title: 'Flights by origin and destination (about 5,000 groups): standardised delay and late flag',
  keys: ['origin', 'destination'],
  polars: standardiseManyParts,
  goals: [{ peer: 'joblib', times: 30 }],
};
