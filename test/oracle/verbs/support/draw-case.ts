import { Random } from '../../../support/random-data.js';
import type { JsonColumn, JsonFrame, KeyType, VerbCase } from './case.js';

/** Draws the case of a number: the same one every time. */
export function drawVerbCase(seed: number): VerbCase {
  const random = new Random(seed);
  const types = Array.from({ length: random.pick([1, 1, 1, 2, 3]) }, () => random.pick(keyTypes));
  const verb = random.pick(['transform', 'transform', 'filter', 'cogroup'] as const);
  const distinct = random.pick([1, 3, 12, 100]);
  const shape = { types, distinct, nulls: random.pick([0, 0, 0.2, 1]) };
  // pandas joins missing keys, and orders them, by rules of its own.
  const dropna = verb !== 'transform' || random.chance(0.6);
  const common = {
    columns: drawFrame(random, shape),
    by: types.map((_, k) => `k${k}`),
    dropna,
    sort: verb === 'cogroup' || random.chance(0.7),
    memory: random.pick(['frame', 'dataset', 'spilled', 'spilled'] as const),
    rowGroupRows: random.pick([7, 50, 1000]),
  };
  if (verb === 'transform') return { ...common, verb, fn: random.pick(transforms) };
  if (verb === 'filter') return { ...common, verb, fn: random.pick(filters) };
  const how = random.pick(['outer', 'inner', 'left', 'right'] as const);
  return { ...common, verb, how, other: drawFrame(random, shape) };
}

const keyTypes: readonly KeyType[] = ['int', 'float', 'text', 'category', 'date'];
const transforms = ['demean', 'cumulative', 'lag', 'count', 'largest', 'fill'] as const;
const filters = ['many', 'positive', 'complete', 'early'] as const;

interface Shape {
  readonly types: readonly KeyType[];
  readonly distinct: number;
  readonly nulls: number;
}

function drawFrame(random: Random, { types, distinct, nulls }: Shape): JsonFrame {
  const length = random.pick([0, 1, 10, 60, 300]);
  const keys = types.map((dtype, k) => {
    const values = Array.from({ length }, () =>
      random.chance(nulls) ? null : keyOf(dtype, random.below(distinct)),
    );
    return [`k${k}`, { dtype, values }] as const;
  });
  // Whole numbers, so that sums are exact in any order.
  const x = Array.from({ length }, () => (random.chance(0.1) ? null : random.below(2001) - 1000));
  return { ...Object.fromEntries(keys), x: { dtype: 'float', values: x } satisfies JsonColumn };
}

function keyOf(dtype: KeyType, code: number): number | string {
  if (dtype === 'int') return (code * 7919) % 1009;
  if (dtype === 'float') return ((code * 31) % 101) / 4 - 3;
  if (dtype === 'date') return 86_400_000 * ((code * 13) % 127);
  return `${'abcdef'[code % 6]}${code}`;
}
