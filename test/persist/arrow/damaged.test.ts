// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import * as arrow from 'apache-arrow';
import { Table, tableFromIPC, tableToIPC, vectorFromArray } from 'apache-arrow';
import { load } from 'apply-parallel';
import { decodeLz4 } from '#dist/persist/lz4.js';
import { runForJson } from '../../support/child.js';

const home = mkdtempSync(join(tmpdir(), 'apply-parallel-damaged-'));
after(() => rmSync(home, { recursive: true, force: true }));

const rows = new Table({
  x: vectorFromArray([1, null, 3], new arrow.Float64()),
  d: vectorFromArray(['a', 'b', 'a']),
  s: vectorFromArray(['aa', null, 'cde'], new arrow.Utf8()),
  l: vectorFromArray([[1, 2], null, [3]], new arrow.List(new arrow.Field('i', new arrow.Int32()))),
  b: vectorFromArray([true, false, null], new arrow.Bool()),
  n: vectorFromArray([{ a: 1 }, { a: 2 }, null], new arrow.Struct([new arrow.Field('a', new arrow.Int32())])),
});
const table = rows.concat(rows);

interface Outcome {
  /** Where the change is: a flipped byte or a cut. */
  readonly at: number;
  readonly code?: string;
  readonly numRows?: number;
  readonly schema?: string;
  readonly isSame?: boolean;
  /** Of the processor. */
  readonly ms: number;
}

/**
 * Loads and reads every damaged copy of a file in a process of its own, that may hang or run out of memory.
 */
function damage(file: string, change: string, step: number): Promise<Outcome[]> {
  return runForJson<Outcome[]>(
    `
    import { readFileSync, writeFileSync } from 'node:fs';
    import { load } from 'apply-parallel';
    const whole = readFileSync(${JSON.stringify(file)});
    const read = async (path) => {
      const table = await load(path);
      return { table, text: JSON.stringify(table.toArray(), (_, v) => (typeof v === 'bigint' ? String(v) : v)) };
    };
    const { text } = await read(${JSON.stringify(file)});
    const copy = ${JSON.stringify(`${file}.damaged`)};
    const outcomes = [];
    for (let at = 0; at < whole.length; at += ${step}) {
      const bytes = Buffer.from(whole);
      writeFileSync(copy, ${change});
      const start = process.cpuUsage();
      let outcome;
      try {
        const back = await read(copy);
        outcome = { numRows: back.table.numRows, schema: String(back.table.schema), isSame: back.text === text };
      } catch (error) {
        outcome = { code: error.code ?? String(error.stack) };
      }
      outcomes.push({ at, ...outcome, ms: process.cpuUsage(start).user / 1000 });
    }
    console.log(JSON.stringify(outcomes));
    `,
    { limitMs: 120_000, nodeArgs: ['--max-old-space-size=300'] },
  );
}

/** Where there is metadata: all else are the bodies of its messages. */
function isMetadata(bytes: Buffer, from: number, at: number): boolean {
  let message = from;
  // polars leaves out the length of the schema in front.
  if (from > 0 && at >= from) {
    while (bytes.readInt32LE(message) !== -1) message += 4;
    if (at < message) return true;
  }
  while (message < bytes.length && bytes.readInt32LE(message) === -1) {
    const length = bytes.readInt32LE(message + 4);
    if (length === 0) return true;
    const body = message + 8 + length;
    if (at < body) return at >= message;
    const parsed = new arrow.MessageReader(bytes.subarray(message, body)).next().value as arrow.Message;
    message = body + parsed.bodyLength;
    if (at < message) return false;
  }
  return true;
}

const polars = readFileSync(
  join(import.meta.dirname, '..', '..', '..', 'fixtures', 'persist', 'polars-uncompressed.arrow'),
);
const kinds: { readonly [kind: string]: Uint8Array } = {
  file: tableToIPC(table, 'file'),
  stream: tableToIPC(table, 'stream'),
  'file of polars': polars,
};

for (const [kind, content] of Object.entries(kinds)) {
  describe(`an Arrow ${kind} with`, () => {
    const file = join(home, kind);
    writeFileSync(file, content);
    const table = tableFromIPC(content);
    const whole = readFileSync(file);
    const start = kind === 'stream' ? 0 : 8;
    // The larger one takes a minute otherwise.
    const step = content === polars ? 3 : 1;

    for (const mask of [0x01, 0x80]) {
      it(`any byte changed by ${mask} is refused, or a table within a second`, async () => {
        for (const { at, code, numRows, schema, ms } of await damage(
          file,
          `(bytes[at] ^= ${mask}, bytes)`,
          step,
        )) {
          const where = `byte ${at}: ${code}`;
          assert.ok(ms < 1000, `${where}, ${ms} ms`);
          if (code !== undefined) assert.equal(code, 'ERR_BAD_FILE', where);
          else {
            assert.equal(numRows, table.numRows, where);
            if (!isMetadata(whole, start, at)) assert.equal(schema, String(table.schema), where);
          }
        }
      });
    }

    it('its end cut off is refused', async () => {
      const kept = (await damage(file, 'bytes.subarray(0, at)', step)).filter(
        ({ code }) => code !== 'ERR_BAD_FILE',
      );
      // Between two batches, and before the mark of the end: nothing tells that these are no whole streams.
      assert.deepEqual(
        kept.map(({ numRows, isSame }) => [numRows, isSame]),
        kind === 'stream'
          ? [
              [3, false],
              [6, true],
            ]
          : [],
      );
    });
  });
}

/** Where the blocks of a footer are, found by where they point to. */
function blocksOf(bytes: Buffer): number[] {
  const footer = bytes.length - 10 - bytes.readInt32LE(bytes.length - 10);
  const found: number[] = [];
  for (let at = footer; at + 24 <= bytes.length - 10; at += 4) {
    const to = bytes.readBigInt64LE(at);
    if (to >= 8n && to < BigInt(footer) && bytes.readInt32LE(Number(to)) === -1) found.push(at);
  }
  return found;
}

describe('the footer of an Arrow file', () => {
  const file = join(home, 'footer');
  const other = { code: 'ERR_BAD_FILE', message: /its footer names other batches than are in it/ };

  it('names every batch, the first and the last too, and each once', async () => {
    const blocks = blocksOf(polars);
    assert.equal(blocks.length, 4); // one dictionary, three batches
    const offsets = blocks.map((at) => polars.readBigInt64LE(at));
    for (const [which, at] of blocks.entries()) {
      const twice = Buffer.from(polars);
      twice.writeBigInt64LE(offsets[which === 3 ? 2 : 3], at);
      writeFileSync(file, twice);
      await assert.rejects(load(file), other);
    }
    for (const at of blocks) {
      // The count stands before the first of a kind.
      if (![1, 3].includes(polars.readInt32LE(at - 4))) continue;
      const fewer = Buffer.from(polars);
      fewer.writeInt32LE(fewer.readInt32LE(at - 4) - 1, at - 4);
      writeFileSync(file, fewer);
      await assert.rejects(load(file), other);
    }
  });

  it('is all that counts: what else is in the file may be anything but a batch', async () => {
    const other = Buffer.from(polars);
    const first = Math.min(...blocksOf(polars).map((at) => Number(polars.readBigInt64LE(at))));
    for (const byte of [0, 1, 0x7f, 0xff]) {
      other.fill(byte, 8, first);
      writeFileSync(file, other);
      assert.equal((await load<Table>(file)).numRows, 20);
    }
  });
});

describe('Arrow data', () => {
  it('of 0xFF alone, or with something behind its end, is none', async () => {
    const file = join(home, 'other');
    writeFileSync(file, Buffer.alloc(64, 0xff));
    await assert.rejects(load(file), { code: 'ERR_BAD_FILE' });
    writeFileSync(file, Buffer.concat([tableToIPC(table, 'stream'), Buffer.from('more')]));
    await assert.rejects(load(file), { code: 'ERR_BAD_FILE', message: /something follows its end/ });
    writeFileSync(file, Buffer.concat([tableToIPC(table, 'stream'), Buffer.alloc(56)]));
    assert.equal((await load<Table>(file)).numRows, 6);
  });

  it('without rows or columns is read', async () => {
    for (const kind of ['file', 'stream'] as const) {
      for (const empty of [new Table({ x: vectorFromArray([], new arrow.Int32()) }), table.slice(0, 0)]) {
        const file = join(home, 'empty');
        writeFileSync(file, tableToIPC(empty, kind));
        const back = await load<Table>(file);
        assert.equal(back.numRows, 0);
        assert.equal(String(back.schema), String(empty.schema));
      }
    }
  });

  it('compressed by LZ4 and damaged inside is refused', () => {
    // 15 literals and more, whose number is cut off; and a size that no frame of this length has.
    const head = [4, 0x22, 0x4d, 0x18];
    const cut = Uint8Array.from([...head, 0x60, 0x40, 0, 2, 0, 0, 0, 0xf0, 255, 0, 0, 0, 0]);
    assert.throws(() => decodeLz4(cut), /damaged/);
    const large = Uint8Array.from([...head, 0x68, 0x40, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    assert.throws(() => decodeLz4(large), /damaged/);
  });
});
