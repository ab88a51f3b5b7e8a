import {
  Bool,
  type DataType,
  Field,
  Float64,
  List,
  Struct,
  Utf8,
  type Vector,
  vectorFromArray,
} from 'apache-arrow';
import type { AnyTable, Column, Columns, FrameLike } from 'apply-parallel';
import { columnsOf, doubles, ints, longs, numbers, present, strings, valuesOf } from './columns.js';
import type { OracleFunction } from './functions.js';

/* Functions that keep the rows and add a column, or change one. */

type Group = { [name: string]: Column | Vector };

/** One function for both forms: a vector of an Arrow table can be read like a column. */
const both = (fn: (group: Group, params: never) => FrameLike): OracleFunction => ({
  columns: fn as OracleFunction['columns'],
  same: (table, params) => fn(columnsOf(table), params),
});

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function demean(group: Group): FrameLike {
  const x = numbers(group.x);
  const center = mean(present(x));
  return { ...group, y: doubles(x.map((value) => (value === null ? null : value - center))) };
}

/** By the deviation of the whole; null where that is zero. */
function zscore(group: Group): FrameLike {
  const x = numbers(group.x);
  const values = present(x);
  const center = mean(values);
  const spread = Math.sqrt(mean(values.map((value) => (value - center) ** 2)));
  const flat = new Set(values).size < 2;
  return {
    ...group,
    y: doubles(x.map((value) => (value === null || flat ? null : (value - center) / spread))),
  };
}

function cumulative(table: AnyTable): FrameLike {
  const group = columnsOf(table);
  let sum = 0n;
  const total = valuesOf<bigint>(group.n).map((value) => {
    if (value === null) return null;
    sum += value;
    return sum;
  });
  return { ...group, y: longs(total) };
}

/** Sums of floats, one after the other: to the last bit, since both sides add in this order. */
function running(group: Group): FrameLike {
  let sum = 0;
  return { ...group, y: doubles(numbers(group.z).map((value) => (sum += value as number))) };
}

/** The value of some rows before: null at the start. */
function lag(table: AnyTable, { column, count }: { column: string; count: number }): FrameLike {
  const group = columnsOf(table);
  const { type } = group[column] as { type: DataType };
  const values = valuesOf(group[column]);
  const moved = values.map((_, row) => (row < count ? null : values[row - count]));
  return { ...group, y: vectorFromArray(moved, type) };
}

function difference(table: AnyTable): FrameLike {
  const group = columnsOf(table);
  const values = valuesOf<bigint>(group.n);
  const y = values.map((value, row) => {
    const before = row === 0 ? null : values[row - 1];
    return value === null || before === null ? null : value - before;
  });
  return { ...group, y: longs(y) };
}

function fillForward(table: AnyTable): FrameLike {
  const group = columnsOf(table);
  let last: bigint | null = null;
  const n = valuesOf<bigint>(group.n).map((value) => {
    if (value !== null) last = value;
    return last;
  });
  return { ...group, n: longs(n) };
}

type Method = 'average' | 'min' | 'max' | 'dense' | 'first';

/** Ranks from 1; what is missing has none. */
function rank(group: Group, { method }: { method: Method }): FrameLike {
  const x = numbers(group.x);
  const rankOf = (value: number, row: number): number => {
    const values = present(x);
    const less = values.filter((other) => other < value);
    const equal = values.filter((other) => other === value).length;
    switch (method) {
      case 'average':
        return less.length + (equal + 1) / 2;
      case 'min':
        return less.length + 1;
      case 'max':
        return less.length + equal;
      case 'dense':
        return new Set(less).size + 1;
      case 'first':
        return less.length + x.slice(0, row + 1).filter((other) => other === value).length;
    }
  };
  return { ...group, y: doubles(x.map((value, row) => (value === null ? null : rankOf(value, row)))) };
}

function label(group: Group): FrameLike {
  const text = valuesOf<string>(group.s).map((value, row) => (value === null ? null : `${value}:${row} ü`));
  return { ...group, y: strings(text) };
}

/** Length in code points. */
function characters(group: Group): FrameLike {
  return {
    ...group,
    y: ints(valuesOf<string>(group.s).map((value) => (value === null ? null : [...value].length))),
  };
}

function flag(group: Group): FrameLike {
  const s = valuesOf<string>(group.s);
  const y = s.map((value) => (value === null ? null : value.startsWith('a')));
  return { ...group, y: vectorFromArray(y, new Bool()) };
}

function doubleInPlace(group: Columns): FrameLike {
  const z = group.z as Float64Array;
  for (let row = 0; row < z.length; row++) z[row] *= 2;
  return group;
}

/** Lists and structs of what is in the row; of a group without rows the types have to be said. */
function nested(group: Group): FrameLike {
  const s = valuesOf<string>(group.s);
  const z = numbers(group.z);
  if (s.length === 0) {
    return { ...group, list: vectorFromArray([], LIST), pair: vectorFromArray([], PAIR) };
  }
  return {
    ...group,
    list: s.map((value, row) => [value ?? 'none', `${row}`]),
    pair: s.map((value, row) => ({ name: value ?? 'none', z: z[row] })),
  };
}

const LIST = new List(new Field('item', new Utf8(), true));
const PAIR = new Struct([new Field('name', new Utf8(), true), new Field('z', new Float64(), true)]);

export const columnFunctions: { [name: string]: OracleFunction } = {
  demean: { needs: ['x'], approximate: ['y'], ...both(demean) },
  zscore: { needs: ['x'], approximate: ['y'], ...both(zscore) },
  cumulative: { needs: ['n'], same: cumulative },
  running: { needs: ['z'], ...both(running) },
  lag: {
    needs: ['u', 's', 'b', 'n'],
    draw: (random) => ({ column: random.pick(['u', 's', 'b', 'n']), count: 1 + random.below(2) }),
    same: lag,
  },
  difference: { needs: ['n'], same: difference },
  fillForward: { needs: ['n'], same: fillForward },
  rank: {
    needs: ['x'],
    draw: (random) => ({ method: random.pick<Method>(['average', 'min', 'max', 'dense', 'first']) }),
    ...both(rank),
  },
  label: { needs: ['s'], ...both(label) },
  characters: { needs: ['s'], ...both(characters) },
  flag: { needs: ['s'], ...both(flag) },
  doubleInPlace: { needs: ['z'], columns: doubleInPlace },
  nested: { needs: ['s', 'z'], ...both(nested) },
};
