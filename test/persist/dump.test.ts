import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { readFile as readFileAsync } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { Worker } from 'node:worker_threads';
import * as zlib from 'node:zlib';
import { type Schema, Table, tableFromArrays, Vector, vectorFromArray } from 'apache-arrow';
import { applyParallel, dump, groupby, hash, load, shareTable } from 'apply-parallel';
import * as danfo from 'danfojs-node';
import fc from 'fast-check';
import { rowsOf } from '../support/cells.js';
import { runScript } from '../support/child.js';
import { foreignArrow } from '../support/foreign-arrow.js';
import { anyTable } from '../support/random-tables.js';
import { assertTablesEqual } from '../support/table-equal.js';

const home = mkdtempSync(join(tmpdir(), 'apply-parallel-dump-'));
after(() => rmSync(home, { recursive: true, force: true }));

let files = 0;
const newFile = (ending = '') => join(home, `${files++}${ending}`);
const polars = join(import.meta.dirname, '..', '..', 'fixtures', 'persist');
const hasZstd = 'createZstdDecompress' in zlib;

async function there<T>(value: T, ending = '', options = {}): Promise<T> {
  const file = newFile(ending);
  await dump(value, file, options);
  return load<T>(file);
}

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

describe('what stands where a dump goes', { skip: process.platform === 'win32' }, () => {
  const modeOf = (file: string) => statSync(file).mode & 0o777;

  it('keeps its permissions', async () => {
    for (const [name, mode] of [
      ['a', 0o600],
      ['b.gz', 0o666],
      ['c.arrow', 0o640],
    ] as const) {
      const file = newFile(name);
      writeFileSync(file, 'x');
      chmodSync(file, mode);
      await dump([{ a: 1 }], file);
      assert.equal(modeOf(file), mode);
    }
    const fresh = newFile();
    await dump(1, fresh);
    assert.equal(modeOf(fresh), 0o666 & ~process.umask());
  });

  it('stays a symbolic link, to a file that is there or not', async () => {
    const folder = mkdtempSync(join(home, 'links-'));
    mkdirSync(join(folder, 'inner'));
    writeFileSync(join(folder, 'inner', 'real'), 'x', { mode: 0o600 });
    symlinkSync('inner', join(folder, 'alias'));
    symlinkSync('inner/real', join(folder, 'link'));
    symlinkSync('../missing', join(folder, 'inner', 'dangling'));
    symlinkSync('round', join(folder, 'round'));
    await dump(5, join(folder, 'link'));
    await dump(6, join(folder, 'alias', 'dangling'));
    assert.equal(await load(join(folder, 'inner', 'real')), 5);
    assert.equal(modeOf(join(folder, 'inner', 'real')), 0o600);
    assert.equal(await load(join(folder, 'missing')), 6);
    await assert.rejects(dump(1, join(folder, 'round')), { code: 'ELOOP' });
    for (const link of ['link', 'alias', join('inner', 'dangling')]) {
      assert.ok(lstatSync(join(folder, link)).isSymbolicLink(), link);
    }
    assert.deepEqual(readdirSync(folder), ['alias', 'inner', 'link', 'missing', 'round']);
  });

  it('is written to itself when it is a pipe or a device, and refused when it is a folder', async () => {
    const pipe = newFile();
    execFileSync('mkfifo', [pipe]);
    const value = { x: new Float64Array(300_000).fill(2) };
    for (const compress of [false, true]) {
      const copy = newFile();
      const reader = spawn('sh', ['-c', 'cat "$0" > "$1"', pipe, copy]);
      const isRead = once(reader, 'exit');
      await dump(value, pipe, { compress });
      await isRead;
      assert.deepEqual(await load(copy), value);
    }
    assert.ok(lstatSync(pipe).isFIFO());
    await dump(value, '/dev/null');
    await assert.rejects(dump(value, home), { code: 'EISDIR' });
  });
});

describe('a value that changes while it is dumped', () => {
  const changes: [string, (array: Float64Array) => void][] = [
    ['changed at the start', (array) => array.fill(1, 0, 1)],
    ['changed at the end', (array) => array.fill(1, -1)],
    ['transferred', (array) => structuredClone(array, { transfer: [array.buffer as ArrayBuffer] })],
  ];
  for (const [name, change] of changes) {
    for (const ending of ['', '.gz']) {
      it(`leaves what was there: ${name}${ending}`, async () => {
        const folder = mkdtempSync(join(home, 'changing-'));
        const file = join(folder, `a${ending}`);
        await dump('what was there before', file);
        const array = new Float64Array(600_000);
        const writing = dump({ small: Float64Array.of(1), array }, file);
        change(array);
        await assert.rejects(writing, { code: 'ERR_UNSTORABLE', message: /changed while it was being/ });
        assert.equal(await load(file), 'what was there before');
        assert.deepEqual(readdirSync(folder), [`a${ending}`]);
      });

      it(`is kept as it was when it is small: ${name}${ending}`, async () => {
        const file = newFile(ending);
        const array = Float64Array.of(5, 6, 7);
        const writing = dump(array, file);
        change(array);
        await writing;
        assert.deepEqual(await load(file), Float64Array.of(5, 6, 7));
      });
    }
  }

  it('is written whole or not at all, however often another thread changes it', async () => {
    const array = new Int32Array(new SharedArrayBuffer(8_000_000));
    const worker = new Worker(
      'const { workerData: a } = require("node:worker_threads"); for (let i = 0; ; i++) a[(i * 7919) % a.length] ^= 1;',
      { eval: true, workerData: array },
    );
    const file = newFile();
    await dump(new Int32Array(1), file);
    for (let round = 0; round < 10; round++) {
      await dump(array, file).catch((error: { code?: string }) => assert.equal(error.code, 'ERR_UNSTORABLE'));
      await load(file);
    }
    await worker.terminate();
  });
});

describe('dump and load of frames', () => {
  it('keep tables of every type, cut and sliced in any way', async () => {
    await fc.assert(
      fc.asyncProperty(anyTable(), async (random) => {
        const back = await there(random);
        assert.deepEqual(
          back.schema.fields.map(({ name }) => name),
          random.schema.fields.map(({ name }) => name),
        );
        assert.deepEqual(rowsOf(back), rowsOf(random));
        assert.deepEqual(back.schema.metadata, random.schema.metadata);
      }),
      { numRuns: 150 },
    );
  });

  it('keep tables of another copy of apache-arrow, vectors and schemas', async () => {
    const foreign = await foreignArrow();
    const other = foreign.tableFromArrays({ x: Float64Array.of(1, 2) });
    assertTablesEqual((await there(other)) as never, tableFromArrays({ x: Float64Array.of(1, 2) }));
    const vector = vectorFromArray(['a', null, 'b']);
    const back = await there({ vector, schema: table().schema as Schema });
    assert.ok(back.vector instanceof Vector);
    assert.deepEqual([...back.vector], ['a', null, 'b']);
    assert.equal(String(back.schema), String(table().schema));
  });

  it('keep columns as functions receive and return them', async () => {
    const columns = await applyParallel(groupby(table(), 's'), (group) => group, {
      nJobs: 1,
      output: 'columns',
    });
    const back = (await there(columns)) as unknown as { x: Float64Array; s: Vector };
    assert.deepEqual(back.x, Float64Array.of(1, 3, 2));
    assert.deepEqual([...back.s], ['a', 'a', 'b']);
    assert.equal(hash(back), hash(columns));
  });

  it('keep DataFrames with their labels', async () => {
    const frame = new danfo.DataFrame({ a: [1, 2.5, Number.NaN], b: ['x', 'y', null as never] });
    frame.setIndex({ index: ['p', 'q', 'r'], inplace: true });
    const back = await there({ frame });
    assert.ok(back.frame instanceof danfo.DataFrame);
    assert.deepEqual(back.frame.values, frame.values);
    assert.deepEqual(back.frame.dtypes, frame.dtypes);
    assert.deepEqual(back.frame.index, ['p', 'q', 'r']);
  });

  it('write of a slice only its rows', async () => {
    const words = Array.from({ length: 20_000 }, (_, i) => `word ${i}`);
    const large = new Table({ w: vectorFromArray(words) });
    const file = newFile();
    await dump(large.slice(100, 103), file);
    assert.ok(readFileSync(file).length < 400_000);
    const plain = new Table({ x: vectorFromArray(Float64Array.from({ length: 100_000 }, (_, i) => i)) });
    await dump(plain.slice(100, 103), file);
    assert.ok(readFileSync(file).length < 5000);
    assert.deepEqual([...((await load<Table>(file)).getChild('x') as Vector)], [100, 101, 102]);
  });

  it('load tables so that workers need no copy', async () => {
    const file = newFile();
    await dump(table(), file);
    const shared = await load<Table>(file, { shared: true });
    const [x] = shareTable(shared).batches[0].data.children;
    assert.equal(x.values, shared.batches[0].data.children[0].values);
    const grouped = await applyParallel(groupby(shared, 's'), (group) => ({ n: [group.numRows] }));
    assert.deepEqual([...(grouped.getChild('n') ?? [])], [2, 1]);
  });
});

describe('compression', () => {
  const value = { x: new Float64Array(50_000).fill(3), t: table() };
  const methods = hasZstd ? ['.gz', '.br', '.zst'] : ['.gz', '.br'];

  it('follows the name', async () => {
    for (const ending of methods) {
      const file = newFile(`.dump${ending}`);
      await dump(value, file);
      assert.ok(readFileSync(file).length < 20_000, ending);
      const back = await load<typeof value>(file);
      assert.deepEqual(back.x, value.x);
      assertTablesEqual(back.t, value.t);
    }
    // Such a file is one that other programs can unpack.
    const file = newFile('.gz');
    await dump(value, file);
    assert.equal(zlib.gunzipSync(readFileSync(file)).toString('latin1', 0, 8), 'APPLYPAR');
  });

  it('follows the option, and is told by the content', async () => {
    for (const compress of [true, 1, 9, 'gzip', 'brotli', { method: 'brotli', level: 1 }] as const) {
      const file = newFile('.dat');
      await dump(value, file, { compress });
      assert.ok(readFileSync(file).length < 20_000);
      assert.deepEqual((await load<typeof value>(file)).x, value.x);
    }
    for (const [ending, compress] of [
      ['.gz', false],
      ['', 0],
      ['', undefined],
    ] as const) {
      const file = newFile(ending);
      await dump(value, file, { compress });
      assert.ok(readFileSync(file).length > 400_000);
      assert.deepEqual((await load<typeof value>(file)).x, value.x);
    }
  });

  it('uses zstd where Node has it, and says so where not', { skip: hasZstd }, async () => {
    await assert.rejects(dump(value, newFile('.zst')), {
      code: 'ERR_INVALID_OPTION',
      message: /Node 22\.15/,
    });
    const file = newFile('.zst');
    writeFileSync(file, Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0, 0]));
    await assert.rejects(load(file), {
      code: 'ERR_UNSUPPORTED',
      message: /zstd needs Node 22\.15.*with gzip/,
    });
    writeFileSync(file, readFileSync(join(polars, 'polars-zstd.arrow')));
    await assert.rejects(load(file), {
      code: 'ERR_UNSUPPORTED',
      message: /zstd needs Node 22\.15.* written with LZ4 or uncompressed$/,
    });
  });

  it('refuses names that promise another compression, unless told how', async () => {
    for (const ending of [
      '.z',
      '.bz2',
      '.xz',
      '.lzma',
      '.lz4',
      '.LZ4',
      '.arrow.bz2',
      '.zip',
      '.zstd',
      '.gzip',
    ]) {
      const file = newFile(ending);
      await assert.rejects(dump(value, file), {
        code: 'ERR_INVALID_OPTION',
        message: /name the file \.gz, \.br, \.zst, or say how with compress \(false: not at all\)/,
      });
      assert.ok(!existsSync(file));
      for (const compress of [false, 'gzip'] as const) {
        await dump(value, file, { compress });
        assert.deepEqual((await load<typeof value>(file)).x, value.x);
      }
    }
  });

  it('checks what it is told', async () => {
    const wrong = { code: 'ERR_INVALID_OPTION' };
    await assert.rejects(dump(1, newFile('.gz'), { compress: 'brotli' }), {
      ...wrong,
      message: /change one of them/,
    });
    await assert.rejects(dump(1, newFile(), { compress: 10 }), { ...wrong, message: /from 1 to 9, got 10/ });
    await assert.rejects(dump(1, newFile(), { compress: 'lz4' as never }), {
      ...wrong,
      message: /'zstd' or \{/,
    });
    await assert.rejects(dump(1, newFile(), { compresion: true } as never), {
      ...wrong,
      message: /did you mean 'compress'/,
    });
    await assert.rejects(dump(1, 5 as never), { ...wrong, message: /path must be a path/ });
    await assert.rejects(load(newFile(), { shared: 1 } as never), wrong);
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

describe('what no file can keep', () => {
  class Model {
    weights = [1];
  }
  it('is looked for beside the elements of arrays, which are kept', async () => {
    const match = /(?<x>b)/.exec('abc');
    const back = await there(match);
    assert.deepEqual(back, match);
    assert.equal(Object.getPrototypeOf(back?.groups), null);
    const long = Object.assign(new Array(1000).fill(0), { extra: table() });
    assertTablesEqual((await there(long)).extra, table());
  });

  const cases: [unknown, RegExp][] = [
    [{ a: [{ fit: function fit() {} }] }, /the value\.a\[0\]\.fit is the function fit, .*in a module/],
    [[new Model()], /the value\[0\] is an instance of Model, .*\{ \.\.\.instance \}/],
    [
      new Map([['k', Promise.resolve()]]),
      /the value\.get\("k"\) is an instance of Promise, .*Await it first/,
    ],
    [new Map([[Symbol('s'), 1]]), /the value\(key\) is a symbol/],
    [new Set([new WeakMap()]), /the value\(member\) is an instance of WeakMap/],
    [{ 'a b': new Proxy({}, {}) }, /the value\["a b"\] is a Proxy/],
    [new (class Stack extends Array {})(), /an instance of Stack/],
    [new Error('m', { cause: new Model() }), /the value\.cause is an instance of Model/],
    [[new AggregateError([new Model()])], /the value\[0\]\.errors\[0\] is an instance of Model/],
    [Object.assign(new Error('m'), { toJSON() {} }), /the value\.toJSON is the function toJSON/],
    [Object.assign([1], { p: new Model() }), /the value\.p is an instance of Model/],
    [Object.assign(new Array(1000).fill(0), { p: new Model() }), /the value\.p is an instance of Model/],
    [{ a: { [Symbol('q')]: 1 } }, /the value\.a has the property Symbol\(q\)/],
    [Object.assign(new Error('m'), { [Symbol('q')]: 1 }), /the value has the property Symbol\(q\)/],
    [[Object.assign(new Map(), { p: 1 })], /the value\[0\] has the property p/],
    [Object.assign(new Date(0), { p: 1 }), /the value has the property p/],
    [Object.assign(Object('text'), { p: 1 }), /the value has the property p/],
  ];
  for (const [value, message] of cases) {
    it(String(message), async () => {
      await assert.rejects(dump(value, newFile()), { name: 'ApplyError', code: 'ERR_UNSTORABLE', message });
    });
  }
});

describe('files that are no dumps', () => {
  it('says what a file looks like', async () => {
    const cases: [string | Buffer, RegExp][] = [
      ['', /it is empty/],
      ['{"a": 1}', /looks like JSON/],
      ['a,b\n1,2\n', /looks like text/],
      [Buffer.from('80049525', 'hex'), /Python pickle.*\.feather or \.parquet/],
      [Buffer.from('\x93NUMPY\x01\x00', 'latin1'), /NumPy/],
      ['PK\x03\x04', /zip/],
      ['FEA1....', /Feather file of version 1/],
      ['BZh9', /bzip2/],
      [Buffer.from([0, 1, 2, 250]), /not those of any format/],
      ['APPLY', /ends in its first bytes/],
    ];
    for (const [content, message] of cases) {
      const file = newFile();
      writeFileSync(file, content);
      await assert.rejects(load(file), { name: 'ApplyError', code: 'ERR_BAD_FILE', message });
    }
    await assert.rejects(load(newFile()), { code: 'ENOENT' });
    await assert.rejects(load(home), { code: 'ERR_BAD_FILE', message: /it is a folder/ });
  });

  it('refuses a dump cut off anywhere, whole or compressed', async () => {
    const value = { x: Float64Array.from({ length: 300 }, Math.random), t: table(), text: 'x'.repeat(500) };
    for (const ending of ['', '.gz', '.br']) {
      const file = newFile(ending);
      await dump(value, file);
      const { length } = readFileSync(file);
      for (let cut = length - 1; cut >= 0; cut -= Math.ceil(length / 60)) {
        truncateSync(file, cut);
        await assert.rejects(load(file), { code: 'ERR_BAD_FILE' }, `${ending} ${cut} of ${length}`);
      }
    }
  });

  it('refuses a dump with any byte changed', async () => {
    const file = newFile();
    await dump({ x: Float64Array.from({ length: 30 }, (_, i) => i), t: table() }, file);
    const whole = readFileSync(file);
    const expected = hash(await load(file));
    for (let at = 0; at < whole.length; at += 7) {
      const damaged = Buffer.from(whole);
      damaged[at] ^= 0x41;
      writeFileSync(file, damaged);
      // What stands between the sections is nobody's.
      const outcome = await load(file).then(hash, (error: { code?: string }) => error.code);
      assert.ok(outcome === 'ERR_BAD_FILE' || outcome === expected, `byte ${at}: ${outcome}`);
    }
  });

  it('refuses one of a format that is newer', async () => {
    const file = newFile();
    await dump(1, file);
    const bytes = readFileSync(file);
    bytes.writeUInt32LE(99, 8);
    writeFileSync(file, bytes);
    await assert.rejects(load(file), {
      code: 'ERR_BAD_FILE',
      message: /newer version.*update apply-parallel/,
    });
  });
});
