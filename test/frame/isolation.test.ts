// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  Binary,
  Bool,
  type DataType,
  Dictionary,
  Field,
  Float64,
  Int8,
  Int32,
  Int64,
  LargeList,
  List,
  Map_,
  Struct,
  Table,
  Union,
  UnionMode,
  Utf8,
  type Vector,
  vectorFromArray,
} from 'apache-arrow';
import { applyParallel, type Columns, groupby } from 'apply-parallel';
import type { Batch } from '#dist/arrow/index.js';
import { groupReader } from '#dist/frame/index.js';
import { restoreGroups } from '#dist/groups/restore-groups.js';
import { batchOf } from '../support/batches.js';
import { cellsOf } from '../support/cells.js';
import { Random, randomColumn } from '../support/random-data.js';

const item = (type: DataType) => new Field('item', type, true);
const random = (type: DataType, length = 24) => randomColumn(type, [length], new Random(3), 6)[0];
const cells = ({ columns }: Batch) => columns.map((data) => cellsOf([data]));

describe('what a function writes stays in its group', () => {
  const union = (mode: UnionMode) =>
    new Union(mode, [0, 1], [item(new Int64()), new Field('b', new Bool(), true)]);
  for (const type of [
    new List(item(new Bool())),
    new LargeList(item(new List(item(new Int8())))),
    new Struct([item(new List(item(new Bool())))]),
    union(UnionMode.Dense),
    union(UnionMode.Sparse),
  ]) {
    test(`bits in ${type}`, () => {
      const batch = batchOf({ x: random(type) });
      const before = cells(batch);
      const read = groupReader(batch, 'arrow');
      const [[own]] = [read(5, 16)].map(({ frame }) =>
        (frame as Table).batches.map(({ data }) => data.children[0]),
      );
      const bitmaps = (data: typeof own): Uint8Array[] => [
        ...(data.nullBitmap?.length ? [data.nullBitmap] : []),
        ...(data.type.typeId === new Bool().typeId ? [data.values as Uint8Array] : []),
        ...data.children.flatMap(bitmaps),
      ];
      for (const bitmap of bitmaps(own)) bitmap.fill(0x55);
      assert.deepEqual(cells(batch), before);
    });
  }

  test('a dictionary, which all groups share, cannot be written to', async () => {
    const table = new Table({
      k: vectorFromArray([1, 1, 2], new Int32()),
      word: vectorFromArray(['a', 'b', 'a'], new Dictionary(new Utf8(), new Int8())),
    });
    for (const backend of ['inline', 'threads'] as const) {
      const set = applyParallel(groupby(table, 'k'), (g) => [{ set: g.getChild('word')?.set(0, 'z') }], {
        backend,
      });
      await assert.rejects(
        set,
        /Dictionary<Int8, Utf8> column cannot be set: all groups share its dictionary/,
      );
    }
    assert.deepEqual([...(table.getChild('word') ?? [])], ['a', 'b', 'a']);
  });
});

test('rows of a group are put back as they were: lists of any offsets, maps and bytes too', () => {
  const entries = new Struct([new Field('key', new Utf8(), false), new Field('value', new Int32(), true)]);
  const types = [
    new List(item(new Float64())),
    new LargeList(item(new Float64())),
    new Map_(new Field('entries', entries, false) as never),
    new Binary(),
    new List(item(new Binary())),
  ];
  const columns = Object.fromEntries(types.map((type, k) => [`c${k}`, random(type)]));
  const [spoilt, fresh] = [batchOf(columns), batchOf(columns)];
  const expected = cells(fresh);
  const from = Int32Array.of(0, 10);
  const spoil = (data: Batch['columns'][number]): void => {
    (data.values as Uint8Array | undefined)?.fill(7);
    data.children.forEach(spoil);
  };
  spoilt.columns.forEach(spoil);
  const sizes = Int32Array.of(10, 14);
  restoreGroups([0, 1], { batches: [spoilt], from, sizes }, { batches: [fresh], from, sizes });
  assert.deepEqual(cells(spoilt), expected);
});

describe('one at a time, as in a call', () => {
  test('a column of integers is an array of one kind in all groups of the columns form', () => {
    const columns = { k: ['a', 'b'], n: vectorFromArray([1, null], new Int32()) as Vector };
    const groups = [...groupby(columns, 'k')].map(([, group]) => (group as unknown as Columns).n);
    assert.deepEqual(groups, [Float64Array.of(1), Float64Array.of(Number.NaN)]);
  });

  test('a leading U+FEFF is part of a string, in columns, records and keys', async () => {
    const words = ['\uFEFFa', 'a', '\uFEFF', '\uFEFFa long string, longer than those that are remembered'];
    for (const type of [new Utf8(), new Dictionary(new Utf8(), new Int8())]) {
      const table = new Table({ word: vectorFromArray(words, type) });
      assert.deepEqual(groupby(table, 'word', { sort: false }).keys, words);
      for (const input of ['columns', 'records'] as const) {
        const lengths = await applyParallel(
          groupby(table, [1, 1, 1, 1]),
          (g: object) => {
            const values = Array.isArray(g)
              ? g.map((row) => row.word)
              : [...((g as Columns).word as Iterable<unknown>)];
            return { length: Array.from(values as string[], (word) => word.length) };
          },
          { input: input as 'columns', nJobs: 1 },
        );
        assert.deepEqual(
          [...(lengths.getChild('length') ?? [])],
          words.map((word) => word.length),
        );
      }
    }
  });
});
