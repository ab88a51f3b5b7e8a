import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import {
  type Data,
  Field,
  List,
  Null,
  Schema,
  Struct,
  type Table,
  Type,
  tableFromIPC,
  vectorFromArray,
} from 'apache-arrow';
import { dump, load, writeDataset } from 'apply-parallel';
import { tableOf, toIpcStream } from '#dist/arrow/index.js';

/* Members that are null throughout have the Null type, here inside lists. */

const rows = [
  { l: [{ a: 1, note: null }, null], m: [null] },
  { l: [], m: null },
  { l: [{ a: 2, note: null }], m: [null, null] },
];
const folder = join(tmpdir(), `apply-parallel-counted-nulls-${process.pid}`);
const nameOf = (name: string) => `${folder}-${name}.arrow`;
const files = ['rows', 'slice', 'dataset'].map(nameOf);

after(() => Promise.all(files.map((file) => rm(file, { force: true }))));

/** Returns the null counts of all columns and children of the Null type, with their lengths. */
const countsOf = (table: Table): [nullCount: number, length: number][] => {
  const counts = (data: Data): [number, number][] =>
    data.type.typeId === Type.Null ? [[data.nullCount, data.length]] : data.children.flatMap(counts);
  return table.batches.flatMap((batch) => batch.data.children.flatMap(counts));
};

const note = new Struct([new Field('note', new Null(), true)]);
const list = vectorFromArray(
  [[], [{ note: null }], [{ note: null }, null]],
  new List(new Field('item', note, true)),
);
const schema = new Schema([new Field('l', list.type, true)]);
const batch = { schema, columns: [list.data[0]], numRows: 3 };

describe('what is written counts the nulls of the Null type', () => {
  test('in dumped rows, in slices, and in data sets', async () => {
    const slice = tableOf(schema, [batch]).slice(1, 3);
    await dump(rows, files[0]);
    await dump(slice, files[1]);
    await writeDataset(rows, files[2]);
    for (const [k, expected] of [
      [
        [3, 3],
        [3, 3],
      ],
      [[3, 3]],
      [
        [3, 3],
        [3, 3],
      ],
    ].entries()) {
      assert.deepEqual(countsOf(await load<Table>(files[k])), expected, files[k]);
    }
    assert.deepEqual(countsOf(tableFromIPC(toIpcStream(slice))), [[3, 3]]);
  });

  const python = process.env.APPLY_PARALLEL_PYTHON;
  test('pyarrow finds nothing wrong', { skip: !python && 'APPLY_PARALLEL_PYTHON is not set' }, () => {
    const code =
      'import sys, pyarrow.ipc\nfor f in sys.argv[1:]: pyarrow.ipc.open_file(f).read_all().validate(full=True)';
    execFileSync(python as string, ['-c', code, ...files]);
  });
});
