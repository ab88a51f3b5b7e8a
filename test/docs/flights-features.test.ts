import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  encode,
  flightFeatures,
  hours,
  orderOf,
  rankByTraffic,
  rollingMean,
  standardise,
  weekdays,
} from '../../examples/flights-features.js';
import type { Airport } from '../../fixtures/flights.js';

/** A light vector over an array, as a function meets it. */
function vector<T>(values: T[]) {
  return {
    length: values.length,
    get: (i: number) => values[i],
    toArray: () => values,
    [Symbol.iterator]: () => values.values(),
  };
}

/** Numbers that are the same in every run. */
function random(seed: number) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const close = (actual: number, expected: number) =>
  assert.ok(
    Math.abs(actual - expected) < 1e-9 || (Number.isNaN(actual) && Number.isNaN(expected)),
    `${actual} is not ${expected}`,
  );

describe('the helpers', () => {
  it('standardise: the numbers pandas gives', () => {
    // (pd.Series([1, 2, 3, 6]) - 3) / 2.160246899469287
    const expected = [-0.9258200997725514, -0.4629100498862757, 0, 1.3887301496588271];
    standardise(Float64Array.of(1, 2, 3, 6)).forEach((value, i) => {
      close(value, expected[i]);
    });
  });

  it('rollingMean: the values before, in the given order, the first without any', () => {
    assert.deepEqual(
      [...rollingMean(Float64Array.of(1, 2, 4, 8), Uint32Array.of(0, 1, 2, 3), 2)],
      [NaN, 1, 1.5, 3],
    );
    assert.deepEqual(
      [...rollingMean(Float64Array.of(1, 2, 4, 8), Uint32Array.of(3, 2, 1, 0), 2)],
      [3, 6, 8, NaN],
    );
  });

  it('orderOf: by time, and stable', () => {
    assert.deepEqual([...orderOf(Float64Array.of(1, 2, 2, 3))], [0, 1, 2, 3]);
    assert.deepEqual([...orderOf(Float64Array.of(2, 1, 2, 1))], [1, 3, 0, 2]);
  });

  it('rankByTraffic: the busiest first, of equals the first by name', () => {
    const { codes, names } = encode(vector(['SFO', 'LAX', 'ABQ', 'SFO', 'LAX', 'SFO', 'ABQ']));
    assert.deepEqual(names, ['SFO', 'LAX', 'ABQ']);
    assert.deepEqual(rankByTraffic(codes, names), [1, 3, 2]);
  });

  it('hours and weekdays: as the calendar says', () => {
    const times = Float64Array.from(['2001-01-01T00:01Z', '2001-06-30T23:59Z', '2000-02-29T12:00Z'], (text) =>
      Date.parse(text),
    );
    assert.deepEqual([...hours(times)], [0, 23, 12]);
    assert.deepEqual([...weekdays(times)], [0, 5, 1]);
  });
});

describe('flightFeatures', () => {
  const config = { lateMinutes: 15, minFlights: 100, window: 50 };
  const airport = (iata: string, state: string): [string, Airport] => [
    iata,
    { iata, state, name: iata, city: iata, country: 'USA', latitude: 0, longitude: 0 },
  ];
  const airports = new Map([
    airport('SFO', 'CA'),
    airport('LAX', 'CA'),
    airport('JFK', 'NY'),
    airport('ORD', 'IL'),
  ]);

  function makeFlights(n: number) {
    const next = random(n);
    const times = Array.from(
      { length: n },
      () => Date.parse('2001-03-01') + Math.floor(next() * 40_000) * 60_000,
    );
    const delay = BigInt64Array.from(times, () => BigInt(Math.floor(next() * 90) - 30));
    const destination = times.map(() => ['LAX', 'JFK', 'ORD', 'JFK'][Math.floor(next() * 4)]);
    return {
      date: vector(times),
      delay,
      origin: vector(times.map(() => 'SFO')),
      destination: vector(destination),
    };
  }

  it('returns nothing for an airport with too few flights', () => {
    assert.equal(flightFeatures(makeFlights(99), { config, airports }), null);
    assert.ok(flightFeatures(makeFlights(100), { config, airports }));
  });

  it('agrees with the plain definitions on flights in no order', () => {
    const flights = makeFlights(400);
    const features = flightFeatures(flights, { config, airports });
    assert.ok(features);
    const delays = Array.from(flights.delay, Number);
    const times = flights.date.toArray();
    const destinations = flights.destination.toArray();
    const trafficOf = (name: string) => destinations.filter((destination) => destination === name).length;
    const ranking = ['JFK', 'LAX', 'ORD'].sort((a, b) => trafficOf(b) - trafficOf(a));
    for (let row = 0; row < delays.length; row++) {
      const isBefore = (other: number) =>
        times[other] < times[row] || (times[other] === times[row] && other < row);
      const earlier = [...delays.keys()].filter(isBefore).sort((a, b) => times[a] - times[b] || a - b);
      const window = earlier.slice(-config.window).map((other) => delays[other]);
      close(features.recent_delay[row], window.reduce((sum, value) => sum + value, 0) / window.length);
      assert.equal(features.late[row], delays[row] > 15);
      assert.equal(features.hour[row], new Date(times[row]).getUTCHours());
      assert.equal(features.weekday[row], (new Date(times[row]).getUTCDay() + 6) % 7);
      assert.equal(features.dest_rank[row], ranking.indexOf(destinations[row]) + 1);
      assert.equal(features.in_state[row], destinations[row] === 'LAX');
    }
    const sum = features.delay_std.reduce((total, value) => total + value, 0);
    const squares = features.delay_std.reduce((total, value) => total + value * value, 0);
    close(sum, 0);
    close(squares / (delays.length - 1), 1);
  });

  it('hands the columns it got back untouched', () => {
    const flights = makeFlights(120);
    const features = flightFeatures(flights, { config, airports }) as unknown as typeof flights;
    for (const name of ['date', 'delay', 'origin', 'destination'] as const)
      assert.equal(features[name], flights[name]);
  });
});
