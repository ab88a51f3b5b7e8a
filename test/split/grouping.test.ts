import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  Data,
  type DataType,
  Dictionary,
  Int32,
  IntervalMonthDayNano,
  type Table,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import fc from 'fast-check';
import { chunkedColumn, type Grouping, type GroupingOptions, groupRows } from '#dist/split/index.js';
import { scalarTypes } from '../support/arrow-types.js';
import { chunksOf, typeName } from '../support/cells.js';
import { compareKeys, type ReferenceKey, referenceKeys } from '../support/key-reference.js';
import { anyTable, keyType } from '../support/random-tables.js';

const defaults: GroupingOptions = { sort: true, dropna: true, observed: true };

const groupTable = (table: Table, columns: number, options: GroupingOptions): Grouping =>
  groupRows(
    Array.from({ length: columns }, (_, k) => chunkedColumn(table, k)),
    table.numRows,
    options,
  );

/** Groups row by row with a Map: key texts -> rows. */
function referenceGroups(table: Table, columns: number, { sort, dropna }: GroupingOptions): number[][] {
  const keys = Array.from({ length: columns }, (_, k) =>
    referenceKeys(table.schema.fields[k].type, chunksOf(table, k)),
  );
  const groups = new Map<string, { key: (ReferenceKey | null)[]; rows: number[] }>();
  for (let row = 0; row < table.numRows; row++) {
    const key = keys.map((column) => column[row]);
    if (dropna && key.includes(null)) continue;
    const id = JSON.stringify(key.map((part) => part?.id ?? null));
    const group = groups.get(id);
    if (group) group.rows.push(row);
    else groups.set(id, { key, rows: [row] });
  }
  const ordered = [...groups.values()];
  if (sort) {
    ordered.sort((a, b) => {
      for (let k = 0; k < columns; k++) {
        const order = compareKeys(a.key[k], b.key[k]);
        if (order !== 0) return order;
      }
      return 0;
    });
  } else if (columns === 1) {
    // The null group comes last in every order.
    ordered.sort((a, b) => Number(a.key[0] === null) - Number(b.key[0] === null));
  }
  return ordered.map(({ rows }) => rows);
}

/** The rows of each group, as a grouping has them. */
function groupsOf({ numGroups, starts, places, firstRows }: Grouping): number[][] {
  const rowAt: number[] = [];
  places.forEach((place, row) => {
    if (place >= 0) rowAt[place] = row;
  });
  assert.equal(rowAt.length, starts[numGroups]);
  const groups = Array.from({ length: numGroups }, (_, g) => rowAt.slice(starts[g], starts[g + 1]));
  assert.deepEqual(
    Array.from(firstRows),
    groups.map((rows) => rows[0] ?? -1),
  );
  return groups;
}

const options = fc.record({ sort: fc.boolean(), dropna: fc.boolean(), observed: fc.constant(true) });

test('groups are those of a Map, for every type of key', () => {
  fc.assert(
    fc.property(anyTable({ first: keyType, maxColumns: 0, maxRows: 40 }), options, (table, chosen) => {
      const grouping = groupTable(table, 1, chosen);
      assert.deepEqual(
        groupsOf(grouping),
        referenceGroups(table, 1, chosen),
        typeName(table.schema.fields[0].type),
      );
      assert.equal(
        grouping.inPlace,
        Array.from(grouping.places).every((place, row) => place === row),
      );
    }),
    { numRuns: 1500 },
  );
});

test('every scalar type on its own', () => {
  for (const type of scalarTypes) {
    fc.assert(
      fc.property(
        anyTable({ first: fc.constant(type), maxColumns: 0, maxRows: 40 }),
        options,
        (table, chosen) => {
          assert.deepEqual(
            groupsOf(groupTable(table, 1, chosen)),
            referenceGroups(table, 1, chosen),
            typeName(type),
          );
        },
      ),
      { numRuns: 15 },
    );
  }
});

test('several keys are one key of several parts', () => {
  fc.assert(
    fc.property(
      anyTable({ type: keyType, minColumns: 2, maxColumns: 4, maxRows: 30 }),
      options,
      fc.integer({ min: 2, max: 4 }),
      (table, chosen, wanted) => {
        const columns = Math.min(wanted, table.numCols);
        assert.deepEqual(
          groupsOf(groupTable(table, columns, chosen)),
          referenceGroups(table, columns, chosen),
        );
      },
    ),
    { numRuns: 400 },
  );
});

test('many distinct keys, more than the tables have room for at first', () => {
  const rows = 50_000;
  const shuffled = Int32Array.from({ length: rows }, (_, i) => Math.imul(i, 7919) % 20_011);
  const check = (type: DataType, keyOf: (n: number) => unknown) => {
    const { data } = vectorFromArray(Array.from(shuffled, keyOf), type);
    const column = { type, chunks: data };
    const { numGroups, places, starts } = groupRows([column], rows, { ...defaults, sort: false });
    const codes = new Map<number, number>();
    for (const n of shuffled) if (!codes.has(n)) codes.set(n, codes.size);
    assert.equal(numGroups, codes.size);
    const next = starts.slice();
    shuffled.forEach((n, row) => {
      assert.equal(places[row], next[codes.get(n) as number]++);
    });
    const pairs = groupRows([column, column], rows, { ...defaults, sort: false });
    assert.deepEqual(pairs.places, groupRows([column], rows, { ...defaults, sort: false }).places);
  };
  check(new Int32(), (n) => n);
  check(new Utf8(), (n) => `key ${n}`);
});

test("('a-b', 'c') never meets ('a', 'b-c'), nor ('a', 'bc') ('ab', 'c')", () => {
  const column = (values: (string | null)[]) => ({
    type: new Utf8(),
    chunks: vectorFromArray(values, new Utf8()).data,
  });
  const first = column(['a-b', 'a', 'a', 'ab', '', 'ab', null]);
  const second = column(['c', 'b-c', 'bc', 'c', 'abc', '', 'abc']);
  const grouping = groupRows([first, second], 7, { ...defaults, dropna: false });
  assert.deepEqual(groupsOf(grouping), [[4], [1], [2], [0], [5], [3], [6]]);
});

test('a null in any key drops the row, or comes last in its column', () => {
  const type = new Utf8();
  const first = { type, chunks: vectorFromArray(['a', null, 'a', null, 'a'], type).data };
  const second = { type, chunks: vectorFromArray([null, 'x', 'x', null, null], type).data };
  assert.deepEqual(groupsOf(groupRows([first, second], 5, defaults)), [[2]]);
  assert.deepEqual(groupsOf(groupRows([first, second], 5, { ...defaults, dropna: false })), [
    [2],
    [0, 4],
    [1],
    [3],
  ]);
});

test('intervals order by months, days and nanoseconds', () => {
  const type = new IntervalMonthDayNano();
  const words = Int32Array.of(1, 2, 0, 1, 1, 2, -1, 0, 1, 2, 5, 0, 1, 2, 0, -1, 0, 9, 9, 9);
  const data = new Data(type, 0, 5, 0, [undefined, words]);
  assert.deepEqual(groupsOf(groupRows([{ type, chunks: [data] }], 5, defaults)), [[4], [3], [2], [1], [0]]);
});

test('nested columns are no keys, and the message says so', () => {
  assert.throws(
    () => groupRows([{ type: new Dictionary(nestedType, new Int32()), chunks: [] }], 0, defaults),
    { code: 'ERR_INVALID_OPTION', message: /cannot group by a column of type List/ },
  );
});

const nestedType = vectorFromArray([[1]]).type as DataType;
