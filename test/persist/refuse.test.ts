import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tableFromArrays } from 'apache-arrow';
import { dump } from 'apply-parallel';
import { assertTablesEqual } from '../support/table-equal.js';
import { newFile, there } from './support/there-and-back.js';

const table = () => tableFromArrays({ x: Float64Array.of(1, 2, 3), s: ['a', 'b', 'a'] });

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
