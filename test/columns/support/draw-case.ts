import type { WindowOptions } from 'apply-parallel/columns';
import { Random } from '../../support/random-data.js';
import type {
  ColumnCase,
  FrameCase,
  HelperCase,
  JsonColumn,
  JsonFrame,
  JsonValue,
  RollingCase,
} from './case.js';

/** Draws the case of a number: the same one every time. */
export function drawHelperCase(seed: number): HelperCase {
  const random = new Random(seed);
  return random.pick([
    drawRowWindows,
    drawTimeWindows,
    drawTimeWindows,
    drawColumn,
    drawColumn,
    drawFrame,
    drawLookup,
  ])(random);
}

const numberTypes = ['int8', 'uint8', 'int32', 'int64', 'uint64', 'float32', 'float64'] as const;
const allTypes = [...numberTypes, 'text', 'bool', 'time'] as const;
const texts = ['', 'a', 'b', 'ab', 'Straße', '\u{1F600}', '\uFB01', 'tea', 'a long text of many words'];
const DAY = 86_400_000;

function drawValues(
  random: Random,
  dtype: JsonColumn['dtype'],
  length: number,
  nulls = random.pick([0, 0, 0.2, 1]),
): JsonColumn {
  const unit = dtype === 'time' ? random.pick(['s', 'ms', 'us', 'ns'] as const) : undefined;
  const isCategory = dtype === 'text' && random.chance(0.5);
  const values = Array.from({ length }, (): JsonValue => {
    if (random.chance(nulls)) return null;
    return drawValue(random, dtype, unit);
  });
  return { dtype, values, ...(unit && { unit }), ...(isCategory && { isCategory }) };
}

function drawValue(random: Random, dtype: JsonColumn['dtype'], unit?: string): JsonValue {
  switch (dtype) {
    case 'text':
      return random.pick(texts);
    case 'bool':
      return random.chance(0.5);
    case 'time':
      return (random.below(40) - 20) * (unit === 's' || random.chance(0.5) ? DAY : 1234);
    case 'float32':
    case 'float64':
      return random.chance(0.1) ? random.pick(['nan', 'inf', 'nan']) : (random.below(80) - 40) / 4;
    case 'uint8':
    case 'uint64':
      return random.below(100);
    default:
      return random.below(100) - 50;
  }
}

const lengths = [0, 1, 2, 5, 20, 60];

function drawOptions(random: Random, most: number) {
  return {
    ...(random.chance(0.5) && { min: random.below(most + 1) }),
    ...(random.chance(0.3) && { center: true }),
    ...(random.chance(0.3) && { step: 1 + random.below(4) }),
    ...(random.chance(0.6) && { closed: random.pick(['right', 'left', 'both', 'neither'] as const) }),
  };
}

function drawRowWindows(random: Random): RollingCase {
  const length = random.pick(lengths);
  const rows = 1 + random.below(random.pick([3, 10, 70]));
  const x: JsonColumn = {
    dtype: random.pick(['float64', 'int32']),
    values: Array.from({ length }, () => random.below(100)),
  };
  const options: WindowOptions = { rows, ...drawOptions(random, rows) };
  return { op: 'rolling', columns: { x }, options };
}

function drawTimeWindows(random: Random): RollingCase {
  const length = random.pick(lengths);
  const unit = random.pick(['s', 'ms', 'us', 'ns'] as const);
  const grid = random.pick([DAY, DAY / 2, 3_600_000]);
  let time = (random.below(2000) - 1000) * DAY;
  const times = Array.from({ length }, () => {
    time += random.below(3) * grid;
    return time;
  });
  const every = random.pick(['1d', '2d', '3d', '12h', '36h', '90min', '1w', '6h', '1s'] as const);
  const columns: JsonFrame = {
    t: { dtype: 'time', unit, values: times },
    x: { dtype: 'float64', values: Array.from({ length }, () => random.below(100)) },
  };
  return { op: 'rolling', columns, options: { on: 't', every, ...drawOptions(random, 4) } };
}

function drawColumn(random: Random): ColumnCase {
  const op = random.pick(['shift', 'shift', 'diff', 'cumsum', 'fillNull', 'fillNull', 'dropNull'] as const);
  const types =
    op === 'cumsum' ? numberTypes : op === 'diff' ? ([...numberTypes, 'time'] as const) : allTypes;
  const x = drawValues(random, random.pick(types), random.pick(lengths), op === 'cumsum' ? 0.1 : undefined);
  const periods = random.pick([1, 1, 2, -1, 0, 7, -70, 100]);
  const value = () => {
    const drawn = drawValue(random, x.dtype, x.unit);
    return typeof drawn === 'string' && x.dtype !== 'text' ? 1 : drawn;
  };
  switch (op) {
    case 'shift':
      return { op, columns: { x }, args: { periods, ...(random.chance(0.4) && { fill: value() }) } };
    case 'diff':
      return { op, columns: { x }, args: { periods } };
    case 'fillNull': {
      if (random.chance(0.5)) return { op, columns: { x }, args: { value: value() } };
      const limit = random.chance(0.5) && { limit: 1 + random.below(3) };
      return { op, columns: { x }, args: { method: random.pick(['forward', 'backward']), ...limit } };
    }
    default:
      return { op, columns: { x }, args: {} };
  }
}

function drawFrameColumns(random: Random, length: number): JsonFrame {
  const types = Array.from({ length: 1 + random.below(4) }, () => random.pick(allTypes));
  return Object.fromEntries(types.map((dtype, k) => [`c${k}`, drawValues(random, dtype, length)]));
}

function drawFrame(random: Random): FrameCase {
  const op = random.pick(['sortBy', 'sortBy', 'take', 'filterRows'] as const);
  const length = random.pick(lengths);
  const columns = drawFrameColumns(random, length);
  const names = Object.keys(columns);
  switch (op) {
    case 'sortBy': {
      const by = names.slice(0, 1 + random.below(3));
      return { op, columns, args: { by, descending: by.map(() => random.chance(0.4)) } };
    }
    case 'take': {
      const first = random.below(length);
      const count = length === 0 ? 0 : random.below(30);
      const rows = random.chance(0.3)
        ? Array.from({ length: length - first }, (_, k) => first + k)
        : Array.from({ length: count }, () => random.below(length));
      return { op, columns, args: { rows } };
    }
    case 'filterRows': {
      const share = random.pick([0, 0.5, 1]);
      return { op, columns, args: { mask: Array.from({ length }, () => random.chance(share)) } };
    }
  }
}

function drawLookup(random: Random): FrameCase {
  const length = random.pick(lengths);
  const kinds = Array.from({ length: 1 + random.below(2) }, () =>
    random.pick(['number', 'text', 'bool', 'time', 'float'] as const),
  );
  const typeOf = (kind: (typeof kinds)[number]) =>
    kind === 'number'
      ? random.pick(['int8', 'int32', 'int64'] as const)
      : kind === 'float'
        ? 'float64'
        : kind;
  const keysOf = (rows: number, nulls: number) =>
    kinds.map((kind, k): [string, JsonColumn] => [`k${k}`, drawValues(random, typeOf(kind), rows, nulls)]);
  const keys = keysOf(length, random.pick([0, 0.1]));
  const size = random.pick([0, 1, 5, 20]);
  const tableKeys = keysOf(size, random.pick([0, 0.1]));
  const table = { ...Object.fromEntries(tableKeys), ...drawFrameColumns(random, size) };
  // Most tables have one row for each key; pandas refuses the others too.
  const kept = random.chance(0.9) ? oneForEach(tableKeys.map(([, column]) => column)) : undefined;
  const pick = (column: JsonColumn) =>
    kept ? { ...column, values: kept.map((row) => column.values[row]) } : column;
  return {
    op: 'lookup',
    columns: { ...Object.fromEntries(keys), own: drawValues(random, 'int32', length, 0) },
    table: Object.fromEntries(Object.entries(table).map(([name, column]) => [name, pick(column)])),
    args: { on: keys.map(([name]) => name), how: random.pick(['left', 'inner']) },
  };
}

function oneForEach(keys: readonly JsonColumn[]): number[] {
  const seen = new Set<string>();
  return Array.from(keys[0].values, (_, row) => row).filter((row) => {
    const key = JSON.stringify(keys.map(({ values }) => (values[row] === 'nan' ? null : values[row])));
    return !seen.has(key) && seen.add(key);
  });
}
