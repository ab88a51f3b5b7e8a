import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Data,
  Field,
  Float64,
  Int32,
  List,
  makeVector,
  Table,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import fc from 'fast-check';
import { allocateShared } from '#dist/arrow/index.js';
import { chunkedColumn, gather, groupRows, sameRows, scatterTable } from '#dist/split/index.js';
import { cellsOf, chunksOf, typeName } from '../support/cells.js';
import { anyTable, keyType } from '../support/random-tables.js';

const options = { sort: true, dropna: false, observed: true };

test('gather undoes the split, for every type, bit for bit', () => {
  fc.assert(
    fc.property(anyTable({ first: keyType }), (table) => {
      const grouping = groupRows([chunkedColumn(table, 0)], table.numRows, options);
      scatterTable(table, grouping).columns.forEach((data, k) => {
        const back = gather(data, grouping.places, allocateShared);
        assert.deepEqual(cellsOf([back]), cellsOf(chunksOf(table, k)), typeName(data.type));
        assert.equal(back.length, table.numRows);
      });
    }),
    { numRuns: 400 },
  );
});

test('gather keeps the bits of every NaN', () => {
  const bits = BigUint64Array.of(0x7ff8000000000001n, 0x7ff0000000000001n, 0xfff8dead00000000n);
  const values = new Float64Array(bits.buffer);
  const { data } = new Table({ x: makeVector(values) }).getChild('x') as unknown as { data: Data[] };
  const back = gather(data[0], Int32Array.of(2, 0, 1), allocateShared);
  const raw = back.values as Float64Array;
  const got = new BigUint64Array(raw.buffer, raw.byteOffset, 3);
  assert.deepEqual([...got], [bits[2], bits[0], bits[1]]);
});

test('sameRows finds a split column as it was', () => {
  fc.assert(
    fc.property(anyTable({ first: keyType }), fc.boolean(), (table, dropna) => {
      const grouping = groupRows([chunkedColumn(table, 0)], table.numRows, { ...options, dropna });
      const { columns } = scatterTable(table, grouping);
      // Flat columns of one chunk are never taken for changed.
      table.schema.fields.forEach(({ type }, k) => {
        const column = chunkedColumn(table, k);
        const isFlat = !type.children?.length && !/Dictionary|View|Union/.test(String(type));
        if (isFlat) assert.ok(sameRows(column, columns[k], grouping.places), typeName(type));
      });
    }),
    { numRuns: 200 },
  );
});

test('sameRows sees every change, in columns of every width', () => {
  const k = [2, 1, 2, 1, 3];
  const columns = {
    k: vectorFromArray(k, new Int32()),
    bytes: makeVector(Uint8Array.from(k)),
    shorts: makeVector(Int16Array.from(k)),
    words: makeVector(Int32Array.from(k)),
    longs: makeVector(BigInt64Array.from(k, BigInt)),
    floats: makeVector(Float64Array.from(k)),
    text: vectorFromArray(['a', 'bb', '', 'dd', 'e'], new Utf8()),
    lists: vectorFromArray([[1], [2, 3], [], [4], [5]], new List(new Field('item', new Float64(), true))),
  };
  const table = new Table(columns as never);
  const grouping = groupRows([chunkedColumn(table, 0)], table.numRows, options);
  const isSame = (at: number, change: (data: Data) => void) => {
    const data = scatterTable(table, grouping).columns[at];
    change(data);
    return sameRows(chunkedColumn(table, at), data, grouping.places);
  };
  Object.keys(columns).forEach((name, at) => {
    assert.ok(
      isSame(at, () => {}),
      name,
    );
    for (let row = 0; row < k.length; row++) {
      const changed = isSame(at, (data) => {
        const flat = name === 'lists' ? data.children[0] : data;
        const values = flat.values as { [row: number]: unknown };
        values[row] = typeof values[row] === 'bigint' ? 9n : 9;
      });
      assert.ok(!changed, `${name}, value ${row}`);
    }
  });
});

test('sameRows compares lengths, and only rows that have a place', () => {
  const other = new Table({ s: vectorFromArray(['a', 'bc'], new Utf8()) });
  const table = new Table({ s: vectorFromArray(['ab', 'c'], new Utf8()) });
  const [data] = chunksOf(other, 0);
  assert.ok(!sameRows(chunkedColumn(table, 0), data, Int32Array.of(0, 1)));
  assert.ok(sameRows(chunkedColumn(table, 0), data, Int32Array.of(-1, -1)));
  const floats = new Table({ s: vectorFromArray([1, 2], new Float64()) });
  assert.ok(!sameRows(chunkedColumn(floats, 0), data, Int32Array.of(0, 1)));
});
