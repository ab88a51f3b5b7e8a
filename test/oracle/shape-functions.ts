import { Dictionary, Int32, Null, Utf8, type Vector, vectorFromArray } from 'apache-arrow';
import type { AnyTable, Column, Columns, FrameLike } from 'apply-parallel';
import {
  columnsOf,
  days,
  doubles,
  ints,
  longs,
  numbers,
  present,
  range,
  stored,
  strings,
  valuesOf,
} from './columns.js';
import type { OracleFunction } from './functions.js';

/*
 * Functions whose results have other columns, or other rows, than their groups; some of them other ones for
 * every group.
 */

type Group = { [name: string]: Column | Vector };

const both = (fn: (group: Group, params: never) => FrameLike): OracleFunction => ({
  columns: fn as OracleFunction['columns'],
  same: (table, params) => fn(columnsOf(table), params),
});

/** One row: the key columns of the first, and numbers about the rest. */
function summary(table: AnyTable, { by }: { by: string[] }): FrameLike {
  if (table.numRows === 0) return null;
  const group = columnsOf(table);
  const keys = Object.fromEntries(by.map((name) => [name, group[name].slice(0, 1)]));
  const n = present(valuesOf<bigint>(group.n)).sort((a, b) => (a < b ? -1 : 1));
  return {
    ...keys,
    rows: ints([table.numRows]),
    least: longs([n[0] ?? null]),
    most: longs([n.at(-1) ?? null]),
    first: strings([present(valuesOf<string>(group.s))[0] ?? null]),
  };
}

/** One row as an object: the types follow from the values. */
function summaryRow(group: Columns): FrameLike {
  const s = present(valuesOf<string>(group.s));
  return { rows: group.s.length, words: s.length, first: s[0] ?? 'none', any: s.length > 0 };
}

/** The same as an array of rows, one for each string. */
function rowObjects(group: Columns): FrameLike {
  const z = numbers(group.z);
  return present(valuesOf<string>(group.s)).map((word, k) => ({ word, k, z: z[k], odd: k % 2 === 1 }));
}

function valueCounts(group: Group): FrameLike {
  const counts = new Map<string, number>();
  for (const value of present(valuesOf<string>(group.s))) counts.set(value, (counts.get(value) ?? 0) + 1);
  return { value: strings([...counts.keys()]), count: ints([...counts.values()]) };
}

const MICROSECONDS_PER_DAY = 86_400_000_000n;

/** Rows and sums of each day, days without rows as well. */
function resample(table: AnyTable): FrameLike {
  const group = columnsOf(table);
  const n = valuesOf<bigint>(group.n);
  const dayOf = stored(group.t).map((time) => {
    if (time === null) return null;
    const whole = time / MICROSECONDS_PER_DAY;
    return Number(time % MICROSECONDS_PER_DAY < 0n ? whole - 1n : whole);
  });
  const seen = present(dayOf);
  if (seen.length === 0) return null;
  const first = Math.min(...seen);
  const all = range(Math.max(...seen) - first + 1).map((k) => first + k);
  const count = all.map(() => 0);
  const total = all.map(() => 0n);
  dayOf.forEach((day, row) => {
    if (day === null) return;
    count[day - first]++;
    total[day - first] += n[row] ?? 0n;
  });
  return { day: days(all), count: ints(count), total: longs(total) };
}

function reorder(group: Group): FrameLike {
  const entries = Object.entries(group);
  return Object.fromEntries(group.k0.length % 2 === 0 ? entries : entries.reverse());
}

function dropColumn({ s, ...others }: Group): FrameLike {
  return s.length % 3 === 1 ? { s, ...others } : others;
}

/** Which columns there are follows from the number of rows. */
function columnsByGroup(group: Group): FrameLike {
  const rows = range(group.z.length);
  const alpha = Float64Array.from(rows, (row) => row / 2);
  const beta = strings(rows.map((row) => `b${row}`));
  switch (rows.length % 4) {
    case 0:
      return { ...group, alpha };
    case 1:
      return { k0: group.k0, beta };
    case 2:
      return { beta, alpha, z: group.z };
    default:
      return group;
  }
}

type Kind = 'i8' | 'u8' | 'i16' | 'u16' | 'i32' | 'u32' | 'i64' | 'u64' | 'f32' | 'f64' | 'text' | 'flag';

function typed(kind: Kind, values: number[]): ArrayLike<unknown> {
  switch (kind) {
    case 'i8':
      return Int8Array.from(values);
    case 'u8':
      return Uint8Array.from(values);
    case 'i16':
      return Int16Array.from(values);
    case 'u16':
      return Uint16Array.from(values);
    case 'i32':
      return Int32Array.from(values);
    case 'u32':
      return Uint32Array.from(values);
    case 'i64':
      return BigInt64Array.from(values.map(BigInt));
    case 'u64':
      return BigUint64Array.from(values.map(BigInt));
    case 'f32':
      return Float32Array.from(values);
    case 'f64':
      return Float64Array.from(values);
    case 'text':
      return values.map(String);
    case 'flag':
      return values.map((value) => value % 2 === 1);
  }
}

const numberKinds: readonly Kind[] = ['i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'i64', 'u64', 'f32', 'f64'];

/** The type of the new column follows from the number of rows. */
function typeByGroup(group: Group, { kinds }: { kinds: Kind[] }): FrameLike {
  const size = group.k0.length;
  return {
    ...group,
    y: typed(
      kinds[size % kinds.length],
      range(size).map((row) => row % 50),
    ),
  };
}

/** Nothing but nulls of no type in some groups. */
function nullForSome(group: Group): FrameLike {
  const size = group.z.length;
  const nulls = () => vectorFromArray(new Array(size).fill(null), new Null());
  const missing = size % 2 === 1;
  return {
    ...group,
    label: missing ? nulls() : strings(new Array(size).fill('ok')),
    y: missing ? nulls() : doubles(numbers(group.z).map((value) => (value as number) * 2)),
    w: size % 3 === 0 ? group.s : nulls(),
  };
}

/** A category column with the categories of the group, in order of appearance. */
function categories(group: Group): FrameLike {
  return { ...group, y: vectorFromArray(valuesOf(group.s), new Dictionary(new Utf8(), new Int32())) };
}

/** Categories in some groups, plain strings in others. */
function categoriesForSome(group: Group): FrameLike {
  return group.s.length % 2 === 0 ? categories(group) : { ...group, y: strings(valuesOf<string>(group.s)) };
}

export const shapeFunctions: { [name: string]: OracleFunction } = {
  summary: { needs: ['n', 's'], same: summary },
  summaryRow: { needs: ['s'], columns: summaryRow },
  rowObjects: { needs: ['s', 'z'], columns: rowObjects },
  valueCounts: { needs: ['s'], ...both(valueCounts) },
  resample: { needs: ['t', 'n'], same: resample },
  reorder: both(reorder),
  dropColumn: { needs: ['s'], ...both(dropColumn) },
  columnsByGroup: { needs: ['z'], ...both(columnsByGroup) },
  typeByGroup: {
    draw: (random) => {
      const odd = random.chance(0.1) ? [random.pick<Kind>(['text', 'flag'])] : [];
      const count = 2 + random.below(2);
      return { kinds: [...odd, ...Array.from({ length: count }, () => random.pick(numberKinds))] };
    },
    ...both(typeByGroup),
  },
  nullForSome: { needs: ['z', 's'], ...both(nullForSome) },
  categories: { needs: ['s'], ...both(categories) },
  categoriesForSome: { needs: ['s'], ...both(categoriesForSome) },
};
