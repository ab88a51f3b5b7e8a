import {
  Bool,
  type DataType,
  Dictionary,
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int32,
  Int64,
  LargeList,
  List,
  Null,
  RecordBatch,
  Schema,
  Struct,
  Table,
  Timestamp,
  TimeUnit,
  Type,
  tableToIPC,
  Utf8,
  Vector,
} from 'apache-arrow';
import { scalarTypes } from '../support/arrow-types.js';
import { Random, randomColumn, structData } from '../support/random-data.js';
import type { CaseSpec, OracleCase } from './case.js';
import {
  columnOf,
  drawDictionary,
  drawFloats,
  drawIntegers,
  drawKeys,
  drawTexts,
  integerType,
  type Layout,
} from './draw-column.js';
import { functions } from './functions.js';

/** How large and how varied the cases are: `small` ones are recorded. */
export type CaseSize = 'any' | 'small';

/** The case that follows from a seed. */
export function drawCase(seed: number, size: CaseSize = 'any'): OracleCase {
  const random = new Random(seed);
  random.word();
  const name = random.pick(Object.keys(functions));
  const fn = functions[name];
  const rows = drawRows(random, size);
  const table = drawTable(random, rows, fn.needs ?? [], size);
  const by = table.schema.names.map(String).filter((column) => column.startsWith('k'));
  const forms = (['columns', 'same'] as const).filter((form) => fn[form] !== undefined);
  const spec: CaseSpec = {
    by,
    options: { sort: random.chance(0.7), dropna: random.chance(0.6), observed: random.chance(0.6) },
    function: name,
    params: { by, ...fn.draw?.(random) },
    form: random.pick(forms),
    how: drawHow(random),
    batchRows: random.pick([1, 3, 100, 10_000, 10_000]),
    joblib: random.chance(0.02) ? 'loky' : random.chance(0.05) ? 'threading' : 'sequential',
  };
  return { seed, input: tableToIPC(table, 'file'), spec: withinReach(spec, table) };
}

function drawRows(random: Random, size: CaseSize): number {
  if (random.chance(0.04)) return 0;
  if (size === 'small' || random.chance(0.7)) return random.below(25);
  return random.chance(0.9) ? random.below(300) : random.below(4000);
}

function drawHow(random: Random): CaseSpec['how'] {
  if (random.chance(0.7)) return { backend: 'inline', nJobs: 1, batchSize: 'auto' };
  return { backend: 'threads', nJobs: 2, batchSize: random.pick(['auto' as const, 1, 5]) };
}

/**
 * pandas orders unused combinations of several keys without sorting in a way of its own; this is not asked.
 */
function withinReach(spec: CaseSpec, table: Table): CaseSpec {
  const { by, options } = spec;
  const categories = by.filter((name) => table.getChild(name)?.type.typeId === Type.Dictionary);
  if (by.length === 1 || options.observed || options.sort || categories.length === 0) return spec;
  return { ...spec, options: { ...options, sort: true } };
}

/** Key columns `k0` …, the columns the function needs, and some more that only come along. */
function drawTable(random: Random, rows: number, needs: readonly string[], size: CaseSize): Table {
  const columns: { [name: string]: Vector } = {};
  const keys = random.pick([1, 1, 1, 2, 2, 3]);
  const distinct = 1 + random.below(size === 'any' && random.chance(0.1) ? 60 : 7);
  for (let k = 0; k < keys; k++) {
    const layout = { rows, nulls: random.pick([0, 0, 0.1, 0.5]), skew: random.pick([1, 1, 3]) };
    columns[`k${k}`] = columnOf(random, drawKeys(random, distinct), layout);
  }
  const wanted = new Set(needs);
  for (const name of Object.keys(roles)) if (random.chance(0.2)) wanted.add(name);
  for (const name of wanted) columns[name] = roles[name](random, drawLayout(random, rows));
  const others = random.below(size === 'small' ? 2 : 4);
  for (let k = 0; k < others; k++) columns[`c${k}`] = passenger(random, rows);
  return tableOf(shuffled(random, Object.entries(columns)), rows);
}

const drawLayout = (random: Random, rows: number): Layout => {
  return { rows, nulls: random.pick([0, 0, 0.2, 0.7, 1]), skew: 1 };
};

/** The columns that functions work on, by name. */
const roles: { [name: string]: (random: Random, layout: Layout) => Vector } = {
  // Floats and integers that can be summed without a thought to overflow.
  x: (random, layout) => {
    const values = Array.from({ length: 50 }, () => (random.word() / 2 ** 32 - 0.5) * 1e4);
    return columnOf(random, { type: new Float64(), pool: values }, layout);
  },
  n: (random, layout) => {
    const values = Array.from({ length: 20 }, () => BigInt(random.below(2_000_001) - 1_000_000));
    return columnOf(random, { type: new Int64(), pool: values }, layout);
  },
  // Never null.
  z: (random, layout) => columnOf(random, drawPlain(random), { ...layout, nulls: 0 }),
  // Any numbers there are.
  u: (random, layout) => {
    const floats = random.pick([new Float32(), new Float64()]);
    return columnOf(
      random,
      random.chance(0.5) ? drawFloats(random, floats, 9) : drawIntegers(random, integerType(random), 9),
      layout,
    );
  },
  s: (random, layout) => columnOf(random, drawTexts(random, new Utf8(), 6), layout),
  b: (random, layout) => columnOf(random, { type: new Bool(), pool: [true, false] }, layout),
  d: (random, layout) => columnOf(random, drawDictionary(random, 5), layout),
  // Two months around 1970.
  t: (random, layout) => {
    const from = -(86_400_000_000n * BigInt(random.below(30)));
    const values = Array.from({ length: 30 }, () => from + BigInt(random.below(5_000_000)) * 1_000_003n);
    return columnOf(random, { type: new Timestamp(TimeUnit.MICROSECOND), pool: values }, layout);
  },
};

function drawPlain(random: Random) {
  return {
    type: new Float64(),
    pool: Array.from({ length: 12 }, () => (random.below(20_001) - 10_000) / 16),
  };
}

/**
 * Types pandas can carry but cannot compute with are carried too. It has no kernel for views, intervals and
 * unions.
 */
const carried = scalarTypes.filter(
  ({ typeId }) => ![Type.Utf8View, Type.BinaryView, Type.Interval].includes(typeId),
);

function passenger(random: Random, rows: number): Vector {
  const type = random.chance(0.75) ? random.pick(carried) : nestedType(random);
  return new Vector(randomColumn(type, [rows], random, 6));
}

function nestedType(random: Random): DataType {
  const plain = carried.filter((type) => !(type instanceof Null) && !(type instanceof Dictionary));
  const item = new Field('item', random.pick(plain), true);
  switch (random.below(4)) {
    case 0:
      return new List(item);
    case 1:
      return new LargeList(item);
    case 2:
      return new FixedSizeList(2, item);
    default:
      return new Struct([new Field('p', random.pick(plain), true), new Field('q', new Int32(), true)]);
  }
}

function shuffled<T>(random: Random, values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, at: random.word() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
}

function tableOf(columns: readonly (readonly [name: string, vector: Vector])[], rows: number): Table {
  const fields = columns.map(([name, { type }]) => new Field(name, type, true));
  const schema = new Schema(fields);
  const children = columns.map(([, vector]) => vector.data[0]);
  return new Table(schema, [new RecordBatch(schema, structData(fields, rows, children))]);
}
