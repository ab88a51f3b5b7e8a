import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import vm from 'node:vm';
import { hash } from 'apply-parallel';
import { runForJson } from '../support/child.js';
import { assertAllDiffer } from './support/all-differ.js';

describe('hash of plain data', () => {
  it('gives 32 hexadecimal digits', () => {
    assert.match(hash('x'), /^[0-9a-f]{32}$/);
  });

  it('tells types apart', () => {
    assertAllDiffer([
      1,
      '1',
      1n,
      true,
      false,
      0,
      -0,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      null,
      undefined,
      '',
      'null',
      [],
      {},
      [1],
      ['1'],
      [[1]],
      [1, undefined],
      [undefined, 1],
      // biome-ignore lint/suspicious/noSparseArray: a hole is what is tested
      [, 1],
      [null, 1],
      new Set([1]),
      new Map([[1, 1]]),
      { 1: 1 },
      { a: undefined },
      new Date(1),
      new Date(Number.NaN),
      /1/,
      /1/g,
      Object(1),
      new URL('http://a/1'),
      'http://a/1',
      Symbol.for('1'),
      Symbol.iterator,
      Symbol.for('iterator'),
      '\ud800',
      '\ufffd',
    ]);
  });

  it('tells binary data apart by its type', () => {
    const bytes = [1, 0, 0, 0, 0, 0, 0, 0];
    const { buffer } = Uint8Array.from(bytes);
    assertAllDiffer([
      bytes,
      buffer,
      new Uint8Array(buffer),
      new Int8Array(buffer),
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
      Buffer.from(bytes),
      new Uint8Array(buffer, 0, 4),
    ]);
  });

  it('does not mind where binary data lies', () => {
    const values = Float64Array.from({ length: 1000 }, (_, i) => i / 3);
    const shared = new Float64Array(new SharedArrayBuffer(8100), 80, 1000);
    shared.set(values);
    assert.equal(hash(shared), hash(values));
    assert.equal(hash(Float64Array.of(9, ...values).subarray(1)), hash(values));
  });

  it('takes every NaN for one, in arrays of any size', () => {
    for (const length of [3, 100_000]) {
      const one = new Float64Array(length).fill(1.5);
      const other = one.slice();
      one[length - 1] = Number.NaN;
      new DataView(other.buffer).setBigUint64((length - 1) * 8, 0xfff8_0000_0000_0001n, true);
      assert.ok(Number.isNaN(other[length - 1]));
      assert.equal(hash(one), hash(other), String(length));
      other[length - 1] = 1.5;
      assert.notEqual(hash(one), hash(other), String(length));
    }
    assert.equal(
      hash(Float32Array.of(Number.NaN)),
      hash(new Float32Array(Uint32Array.of(0xffc00001).buffer)),
    );
    assert.notEqual(hash(Float64Array.of(0)), hash(Float64Array.of(-0)));
  });

  it('does not mind the order of keys, and does that of arrays, Maps and Sets', () => {
    assert.equal(hash({ a: 1, b: { c: 2, d: 3 } }), hash({ b: { d: 3, c: 2 }, a: 1 }));
    assert.notEqual(hash([1, 2]), hash([2, 1]));
    assert.notEqual(
      hash(
        new Map([
          ['a', 1],
          ['b', 2],
        ]),
      ),
      hash(
        new Map([
          ['b', 2],
          ['a', 1],
        ]),
      ),
    );
    assert.notEqual(hash(new Set([1, 2])), hash(new Set([2, 1])));
  });

  it('tells structures apart whose parts read the same in a row', () => {
    assertAllDiffer([
      [[1], 2],
      [[1, 2]],
      [1, [2]],
      [1, 2],
      ['ab', 'c'],
      ['a', 'bc'],
      [['ab'], 'c'],
      { a: 'b' },
      ['a', 'b'],
    ]);
  });

  it('goes by value: equal objects are one value, the same object or not', () => {
    const one = { deep: Array.from({ length: 500 }, (_, i) => i) };
    assert.equal(hash([one, one]), hash([one, structuredClone(one)]));
  });

  it('takes no longer for what is shared many times', () => {
    let dag: unknown = [1];
    for (let i = 0; i < 100; i++) dag = [dag, dag];
    assert.match(hash(dag), /^[0-9a-f]{32}$/);
  });

  it('knows values that contain themselves', () => {
    const ring = (value: number) => {
      const node: { value: number; self?: unknown; list: unknown[] } = { value, list: [] };
      node.self = node;
      node.list.push(node.list);
      return node;
    };
    assert.equal(hash(ring(1)), hash(ring(1)));
    assert.notEqual(hash(ring(1)), hash(ring(2)));
  });

  it('counts what arrays and others have beside their elements', () => {
    const parsed = (columns: string[], rows = 2) =>
      Object.assign(
        Array.from({ length: rows }, () => ({ a: 1 })),
        { columns },
      );
    assertAllDiffer([parsed(['a']), parsed(['a', 'b']), parsed([]), [{ a: 1 }, { a: 1 }]]);
    assertAllDiffer([
      parsed(['a'], 5000),
      parsed(['b'], 5000),
      Array.from({ length: 5000 }, () => ({ a: 1 })),
    ]);
    assert.equal(hash(parsed(['a'])), hash(parsed(['a'])));
    assert.notEqual(hash('ab'.match(/b/)), hash('aab'.match(/b/)));
    const found = (lastIndex: number) => Object.assign(/x/g, { lastIndex });
    assertAllDiffer([found(0), found(2)]);
    assertAllDiffer([
      new Map([[1, 2]]),
      Object.assign(new Map([[1, 2]]), { note: 'a' }),
      Object.assign(new Map([[1, 2]]), { note: 'b' }),
    ]);
    assertAllDiffer([new Date(5), Object.assign(new Date(5), { note: 'a' })]);
  });

  it('does not walk through the holes of a vast array', () => {
    const vast = (at: number) => {
      const array: unknown[] = [];
      array[at] = 1;
      array.length = 4_000_000_000;
      return array;
    };
    assert.equal(hash(vast(3_000_000_000)), hash(vast(3_000_000_000)));
    assert.notEqual(hash(vast(3_000_000_000)), hash(vast(2_999_999_999)));
  });

  it('takes objects of another realm for what they are', () => {
    const foreign: unknown = vm.runInNewContext(
      '({ a: [1, new Map([[1, new Date(5)]]), /x/, Float64Array.of(2)] })',
    );
    assert.equal(hash(foreign), hash({ a: [1, new Map([[1, new Date(5)]]), /x/, Float64Array.of(2)] }));
  });

  it('says where there is nothing to go by', () => {
    assert.throws(() => hash({ jobs: [{ done: Promise.resolve() }] }), {
      code: 'ERR_UNHASHABLE',
      message: /^hash: the value\.jobs\[0\]\.done has no content to go by: Promise cannot be copied$/,
    });
    assert.throws(() => hash(new WeakMap()), { code: 'ERR_UNHASHABLE' });
    let nested: unknown[] = [];
    for (let i = 0; i < 200_000; i++) nested = [nested];
    assert.throws(() => hash(nested), { code: 'ERR_UNHASHABLE', message: /nested too deep/ });
  });

  it('has not changed: caches on disk go by it', () => {
    assert.equal(hash({ a: [1, 'x', null, 2n, Float64Array.of(1)] }), PINNED);
  });

  it('is the same in another process', async () => {
    const source = `
      import { hash } from 'apply-parallel';
      let rate = 2;
      const helper = (x) => x * rate;
      class Model { weights = Float64Array.of(1); run(x) { return helper(x); } }
      console.log(JSON.stringify([
        hash({ a: [1, 'x', null, 2n, Float64Array.of(1)] }), hash((x) => helper(x)), hash(new Model()),
      ]));`;
    const first = await runForJson<string[]>(source);
    assert.deepEqual(await runForJson<string[]>(`// elsewhere in the file\n\n${source}`), first);
    assert.equal(first[0], PINNED);
  });
});

const PINNED = 'ed11ca5275cf65d352bd9b4abfdb50b2';

describe('the arguments of hash', () => {
  const loose = hash as (...args: unknown[]) => string;

  it('are a value, and no options', () => {
    for (const options of [{ hash_name: 'sha1' }, {}, 'sha1', null]) {
      assert.throws(() => loose(1, options), { code: 'ERR_INVALID_OPTION', message: /no options, got/ });
      assert.throws(() => loose(1, options, false), { code: 'ERR_INVALID_OPTION' });
    }
  });

  it('may be those of a callback', () => {
    const expected = [hash('a'), hash('b')];
    assert.deepEqual(['a', 'b'].map(hash), expected);
    assert.deepEqual(Array.from(['a', 'b'], hash), expected);
    assert.equal(loose('a', undefined), expected[0]);
  });
});
