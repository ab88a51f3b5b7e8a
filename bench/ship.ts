/**
 * `node --import tsx bench/ship.ts [rounds]`, after a build: what it costs a call to send its function. The
 * functions take turns, so that what the machine does besides hits all of them; given is the median, and the
 * difference to a function that uses nothing.
 */
import { applyParallel, groupby, partial, shutdown } from 'apply-parallel';
import { receive, ship } from '#dist/ship/index.js';
import { median } from './stats.js';

const rounds = Number(process.argv[2] ?? 200);
const groups = groupby([{ k: 'a' }, { k: 'b' }], 'k');

interface Airport {
  readonly iata: string;
  readonly name: string;
  readonly city: string;
  readonly latitude: number;
  readonly longitude: number;
}
const airports = new Map<string, Airport>();
for (let id = 0; id < 3376; id++) {
  const iata = id.toString(36).padStart(3, '0');
  airports.set(iata, {
    iata,
    name: `Airport ${id}`,
    city: `City ${id % 900}`,
    latitude: id / 40,
    longitude: id / 20,
  });
}
class Stop {
  constructor(
    readonly iata: string,
    readonly name: string,
  ) {}
}
const stops = [...airports.values()].map(({ iata, name }) => new Stop(iata, name));
const weights = new Float64Array(1_000_000);
const rate = 0.2;
const half = (x: number): number => x / 2;
const rows = [{ x: 1 }];

const functions: Record<string, () => object[]> = {
  nothing: () => [{ x: 1 }],
  'a number and a helper': () => [{ x: half(rate) }],
  'the same with partial': partial((_: unknown, bound: { rate: number }) => [{ x: bound.rate / 2 }], {
    rate,
  }) as () => object[],
  'a Map of 3,376 rows': () => (airports.size > 0 ? rows : []),
  '3,376 instances of a class': () => (stops.length > 0 ? rows : []),
  '8 MB in a typed array': () => (weights.length > 0 ? rows : []),
};

interface Times {
  readonly ship: number[];
  readonly post: number[];
  readonly receive: number[];
  readonly call: number[];
}
const times = new Map<string, Times>();
for (let round = -5; round < rounds; round++) {
  for (const [name, fn] of Object.entries(functions)) {
    const row = times.get(name) ?? { ship: [], post: [], receive: [], call: [] };
    if (round === 0) times.set(name, row);
    const marks = [performance.now()];
    const shipped = ship(fn);
    marks.push(performance.now());
    const posted = structuredClone(shipped);
    marks.push(performance.now());
    await receive(posted);
    marks.push(performance.now());
    await applyParallel(groups, fn as never, { nJobs: 2 });
    marks.push(performance.now());
    for (const [step, name] of (['ship', 'post', 'receive', 'call'] as const).entries())
      row[name].push(marks[step + 1] - marks[step]);
  }
}
await shutdown();

const [first] = times.values();
const base = median(first.call);
console.log(`medians of ${rounds} rounds, in ms; two groups of one row, two workers\n`);
console.log('| the function uses | ship | post | receive | whole call | more than the first |');
console.log('|---|---:|---:|---:|---:|---:|');
for (const [name, row] of times) {
  const call = median(row.call);
  const cells = [median(row.ship), median(row.post), median(row.receive), call, call - base];
  console.log(`| ${name} | ${cells.map((ms) => ms.toFixed(2)).join(' | ')} |`);
}
