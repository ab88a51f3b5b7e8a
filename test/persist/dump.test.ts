// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { readFile as readFileAsync } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { type Table, tableFromArrays } from 'apache-arrow';
import { dump, hash, load } from 'apply-parallel';
import { runScript } from '../support/child.js';
import { assertTablesEqual } from '../support/table-equal.js';
import { home, newFile, there } from './support/there-and-back.js';

const table = () => tableFromArrays({ x: Float64Array.of(1, 2, 3), s: ['a', 'b', 'a'] });

describe('dump and load', () => {
  it('keep plain data of every kind', async () => {
    const value = {
      numbers: [1, -0, Number.NaN, Number.NEGATIVE_INFINITY, 2n ** 70n],
      others: [undefined, null, true, '', 'ü😀\ud800'],
      date: new Date(5),
      map: new Map<unknown, unknown>([
        ['a', 1],
        [{ key: 1 }, new Set([1n])],
      ]),
      pattern: /a+/giu,
      boxed: [Object(1), Object('x')],
      url: new URL('http://a.example/b?c'),
      error: new RangeError('no'),
      // biome-ignore lint/suspicious/noSparseArray: a hole is what is tested
      sparse: [1, , 3],
      ['__proto__']: { own: true },
    };
    assert.deepEqual(await there(value), value);
    for (const each of [undefined, null, 1n, 'x', -0]) assert.deepEqual(await there(each), each);
  });

  it('keep objects that are shared, and that contain themselves', async () => {
    interface Node {
      self?: Node;
      frame?: Table;
      map: Map<unknown, unknown>;
    }
    const frame = table();
    const node: Node = { frame, map: new Map() };
    node.self = node;
    node.map.set(node, [frame, node.map]);
    const back = await there(node);
    assert.equal(back.self, back);
    const [frameAgain, mapAgain] = back.map.get(back) as unknown[];
    assert.equal(frameAgain, back.frame);
    assert.equal(mapAgain, back.map);
    assertTablesEqual(back.frame as Table, frame);
  });

  it('keep objects without a prototype, with frames inside too', async () => {
    const bare = Object.assign(Object.create(null), {
      inner: Object.assign(Object.create(null), { t: table() }),
    });
    const back = await there(bare);
    assert.equal(Object.getPrototypeOf(back), null);
    assert.equal(Object.getPrototypeOf(back.inner), null);
    assertTablesEqual(back.inner.t, table());
  });

  it('keep binary data bit for bit, in its type', async () => {
    const bytes = Uint8Array.from({ length: 64 }, (_, i) => i * 5);
    const { buffer } = bytes;
    const views = [
      new Int8Array(buffer),
      bytes,
      new Uint8ClampedArray(buffer),
      new Int16Array(buffer),
      new Uint16Array(buffer),
      new Int32Array(buffer),
      new Uint32Array(buffer),
      new Float32Array(buffer),
      new Float64Array(buffer),
      new BigInt64Array(buffer),
      new BigUint64Array(buffer),
      new DataView(buffer),
      Buffer.from(buffer),
    ];
    const back = await there(views);
    back.forEach((view, index) => {
      assert.equal(view.constructor, views[index].constructor);
      assert.deepEqual(Buffer.from(view.buffer, view.byteOffset, view.byteLength), Buffer.from(buffer));
    });
    assert.deepEqual(await there([buffer, new Float32Array(0)]), [buffer, new Float32Array(0)]);
    const payload = new Float64Array(new BigUint64Array([0x7ff8_dead_beef_0001n]).buffer);
    const kept = await there(payload);
    assert.equal(new BigUint64Array(kept.buffer, kept.byteOffset, 1)[0], 0x7ff8_dead_beef_0001n);
  });

  it('write of a view only what it shows, and give each array memory of its own', async () => {
    const large = new Float64Array(100_000);
    const file = newFile();
    await dump({ part: large.subarray(5, 10), same: large.subarray(5, 10) }, file);
    assert.ok(readFileSync(file).length < 2000);
    const { part, same } = await load<{ part: Float64Array; same: Float64Array }>(file);
    assert.equal(part.buffer.byteLength, 40);
    assert.equal(part.buffer, same.buffer);
  });

  it('keep memory shared that was, and share it when asked', async () => {
    const file = newFile();
    const shared = new Float64Array(new SharedArrayBuffer(16));
    await dump({ shared, own: new Float64Array(2), memory: new SharedArrayBuffer(3) }, file);
    const kinds = async (options?: { shared: boolean }) => {
      const back = await load<{ shared: Float64Array; own: Float64Array; memory: object }>(file, options);
      return [back.shared.buffer, back.own.buffer, back.memory].map(
        (memory) => memory instanceof SharedArrayBuffer,
      );
    };
    assert.deepEqual(await kinds(), [true, false, true]);
    assert.deepEqual(await kinds({ shared: true }), [true, true, true]);
    assert.deepEqual(await kinds({ shared: false }), [false, false, false]);
  });

  it('keep many small arrays', async () => {
    const arrays = Array.from({ length: 5000 }, (_, i) => Float64Array.of(i, -i));
    assert.deepEqual(await there(arrays), arrays);
  });

  it('take objects of another realm', async () => {
    const foreign: unknown = vm.runInNewContext('({ a: [new Map([[1, new Date(5)]]), Float64Array.of(2)] })');
    assert.deepEqual(await there(foreign), { a: [new Map([[1, new Date(5)]]), Float64Array.of(2)] });
  });

  it('take a file: URL, and replace what was there', async () => {
    const file = pathToFileURL(newFile());
    await dump('a longer text than the next one', file);
    await dump('short', file);
    assert.equal(await load(file), 'short');
  });

  it('leave nothing behind, whether or not writing succeeds', async () => {
    const folder = mkdtempSync(join(home, 'clean-'));
    await dump(1, join(folder, 'a'));
    const lost = join(folder, "missing $& $'", 'a');
    await assert.rejects(dump(1, lost), (error: NodeJS.ErrnoException) => {
      assert.equal(error.code, 'ENOENT');
      assert.equal(error.path, lost);
      assert.equal(error.message, `ENOENT: no such file or directory, open '${lost}'`);
      assert.doesNotMatch(String(error.stack), /\.tmp/);
      return true;
    });
    await assert.rejects(
      dump(() => 1, join(folder, 'b')),
      { code: 'ERR_UNSTORABLE' },
    );
    assert.deepEqual(readdirSync(folder), ['a']);
  });
});

describe('errors', () => {
  it('are kept with all that is theirs', async () => {
    const missing = (await readFileAsync(newFile()).catch(
      (error: unknown) => error,
    )) as NodeJS.ErrnoException;
    const back = await there(missing);
    assert.deepEqual({ ...back }, { ...missing });
    assert.equal(back.code, 'ENOENT');
    assert.equal(back.stack, missing.stack);

    const inner = Object.assign(new RangeError('inner'), { name: 'Own', frame: table() });
    const outer = new AggregateError([inner, new TypeError('other')], 'all', { cause: inner });
    const again = await there({ outer, inner });
    assert.ok(again.outer instanceof AggregateError);
    assert.equal(again.outer.message, 'all');
    assert.equal(again.outer.stack, outer.stack);
    assert.equal(again.outer.cause, again.inner);
    assert.equal(again.outer.errors[0], again.inner);
    assert.ok(again.outer.errors[1] instanceof TypeError);
    assert.deepEqual(Object.keys(again.outer), []);
    assert.ok(again.inner instanceof RangeError);
    assert.equal(again.inner.name, 'Own');
    assertTablesEqual(again.inner.frame, table());
  });

  it('are kept when they contain themselves, and in any number of causes', async () => {
    const self = new Error('self') as Error & { self?: Error };
    self.self = self;
    self.cause = [self];
    const back = await there(self);
    assert.equal(back.self, back);
    assert.equal((back.cause as Error[])[0], back);
    let chain = new Error('0');
    for (let i = 1; i < 3000; i++) chain = new Error(String(i), { cause: chain });
    let last = await there(chain);
    let count = 1;
    for (; last.cause; count++) last = last.cause as Error;
    assert.deepEqual([count, last.message], [3000, '0']);
  });
});

describe('values nested in each other', () => {
  const kinds: { readonly [kind: string]: (inner: unknown) => object } = {
    objects: (inner) => ({ a: 1, next: inner }),
    arrays: (inner) => [inner],
    'long arrays': (inner) => Object.assign([], { 300: inner }),
    'properties of arrays': (inner) => Object.assign([1], { p: inner }),
    maps: (inner) => new Map([[inner, 1]]),
    sets: (inner) => new Set([inner]),
    'objects without a prototype': (inner) => Object.assign(Object.create(null), { inner }),
  };
  const nest = (kind: string, depth: number, inner: unknown = 1) => {
    let value = inner;
    for (let i = 0; i < depth; i++) value = kinds[kind](value);
    return value;
  };
  for (const kind of Object.keys(kinds)) {
    it(`are kept up to 1,000, and refused beyond: ${kind}`, async () => {
      assert.deepEqual(hash(await there(nest(kind, 300))), hash(nest(kind, 300)));
      await there(nest(kind, 1000));
      await there({ wide: Array.from({ length: 5000 }, () => nest(kind, 10)) });
      for (const depth of [1001, 3000, 100_000]) {
        await assert.rejects(dump(nest(kind, depth), newFile()), {
          code: 'ERR_UNSTORABLE',
          message: /^dump: the value.{1,101} is nested in more than 1000 others/,
        });
      }
    });
  }

  it('are kept with frames inside, as deep', async () => {
    let back = (await there(nest('objects', 999, [table()]))) as { next: never };
    while (!Array.isArray(back)) back = back.next;
    assertTablesEqual((back as Table[])[0], table());
  });

  it('are refused however they are reached: V8 goes through a ring by its links', async () => {
    const nodes: { next?: object }[] = Array.from({ length: 2000 }, () => ({}));
    nodes.forEach((node, i) => {
      node.next = nodes[(i + 1) % nodes.length];
    });
    await assert.rejects(dump(nodes, newFile()), { code: 'ERR_UNSTORABLE', message: /more than 1000/ });
    await there(nodes.map((_, i) => ({ next: (i + 1) % nodes.length })));
  });

  it('fail honestly where the stack is too small for them', async () => {
    const file = newFile();
    await dump(nest('objects', 1000), file);
    const { stdout } = await runScript(
      `
      import { load } from 'apply-parallel';
      await load(${JSON.stringify(file)}).catch((error) => console.log(error.code, error.message));
    `,
      { nodeArgs: ['--stack-size=250'] },
    );
    assert.match(stdout, /^ERR_BAD_FILE .*deeper than the stack of this thread.*stackSizeMb/);
  });
});
