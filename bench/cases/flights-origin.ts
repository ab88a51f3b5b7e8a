import { loadFlights } from '../../fixtures/flights.js';
import { standardiseForPeers } from '../functions/standardise.js';
import { type ApplyCase, notRun } from '../types.js';

export const flightsOrigin: ApplyCase = {
  kind: 'apply',
  name: 'flights-origin',
  title: 'Flights by origin (229 groups): standardised delay and late flag',
  keys: ['origin'],
  data: loadFlights,
  ...standardiseForPeers,
  danfo: notRun('3,000,000 rows × 5 columns are beyond its arrays of rows'),
  goals: [
    { peer: 'joblib', times: 20 },
    { peer: 'pandas', times: 5 },
  ],
};
