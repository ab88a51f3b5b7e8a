// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Field, Int32, List, Table, tableFromArrays, vectorFromArray } from 'apache-arrow';
import { dump, load } from 'apply-parallel';
import { runScript } from '../support/child.js';
import { home } from './support/there-and-back.js';

const table = tableFromArrays({ x: Float64Array.of(1, 2, 3), s: ['a', 'b', 'a'] });

describe('Parquet files', () => {
  it('hold a frame, compressed as told', async () => {
    for (const compress of [undefined, false, true, 'zstd', 'brotli', 'snappy'] as const) {
      const file = join(home, `${compress}.parquet`);
      await dump(table, file, { compress });
      const back = await load<Table>(file);
      assert.deepEqual([...(back.getChild('x') ?? [])], [1, 2, 3]);
      assert.deepEqual([...(back.getChild('s') ?? [])], ['a', 'b', 'a']);
    }
    assert.deepEqual(
      readFileSync(join(home, 'snappy.parquet')),
      readFileSync(join(home, 'undefined.parquet')),
    );
    for (const name of ['a.arrow', 'a.dump', 'a.parquet.gz']) {
      await assert.rejects(dump(table, join(home, name), { compress: 'snappy' }), {
        code: 'ERR_INVALID_OPTION',
        message: /^dump: 'snappy' compresses inside of \.parquet files only/,
      });
    }
    const shared = await load<Table>(join(home, 'undefined.parquet'), { shared: true });
    assert.ok(shared.getChild('x')?.data[0].values.buffer instanceof SharedArrayBuffer);
  });

  it('are read if their footer counts no rows', async () => {
    const file = join(home, 'uncounted.parquet');
    await dump(table, file);
    const bytes = readFileSync(file);
    // The footer's count of rows, 3 as a zigzag number, stands between the schema and the row groups.
    const at = bytes.indexOf(Buffer.from([0x16, 3 << 1, 0x19]));
    assert.ok(at > 0);
    bytes[at + 1] = 0;
    writeFileSync(file, bytes);
    for (const shared of [false, true]) {
      const back = await load<Table>(file, { shared });
      assert.deepEqual(back.toArray().map(String), table.toArray().map(String));
    }
    await dump(table.slice(0, 0), file);
    assert.equal((await load<Table>(file)).numRows, 0);
  });

  it('say what is wrong with them', async () => {
    const file = join(home, 'torn.parquet');
    await dump(table, file);
    truncateSync(file, 60);
    await assert.rejects(load(file), { code: 'ERR_BAD_FILE', message: /ends too early/ });
  });

  it('that parquet-wasm refuses to write are refused with a code, and leave what was there', async () => {
    const file = join(home, 'refused.parquet');
    await dump(table, file);
    const items = new List(new Field('i', new Int32(), false));
    const refused = new Table({ l: vectorFromArray([[1, null], [3]], items) });
    await assert.rejects(dump(refused, file), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'ERR_UNSTORABLE');
      assert.match(error.message, /^dump: parquet-wasm cannot write this table: .*non-nullable child/);
      assert.ok(error.cause instanceof Error);
      return true;
    });
    assert.equal((await load<Table>(file)).numRows, 3);
  });

  it('need parquet-wasm, and say so', async () => {
    const { stdout } = await runScript(`
      import { register } from 'node:module';
      const hide = "export const resolve = (name, context, next) => name === 'parquet-wasm'" +
        " ? Promise.reject(Object.assign(new Error(\\"Cannot find package 'parquet-wasm'\\"), { code: 'ERR_MODULE_NOT_FOUND' })) : next(name, context);";
      register('data:text/javascript,' + encodeURIComponent(hide));
      const { dump } = await import('apply-parallel');
      await dump([{ a: 1 }], '/tmp/never.parquet').catch((error) => console.log(error.code, error.message));
    `);
    assert.match(stdout, /^ERR_MISSING_PEER .*npm install parquet-wasm/);
  });
});
