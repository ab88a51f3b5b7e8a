import type { Table } from 'apache-arrow';
import { loadFlights } from '../../fixtures/flights.js';
import { standardiseForPeers } from '../functions/standardise.js';
import { type ApplyCase, notRun } from '../types.js';

/** The flights, or the first `share` of them. */
export async function someFlights(share: number): Promise<Table> {
  const flights = await loadFlights();
  return flights.slice(0, Math.ceil(flights.numRows * share));
}

export const flightsOrigin: ApplyCase = {
  kind: 'apply',
  name: 'flights-origin',
  title: 'Flights by origin (229 groups): standardised delay and late flag',
  keys: ['origin'],
  data: someFlights,
  ...standardiseForPeers,
  danfo: notRun('its apply() overflows the stack when it joins groups this large'),
  goals: [
    { peer: 'joblib', times: 20 },
    { peer: 'pandas', times: 5 },
  ],
};
