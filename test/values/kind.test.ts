import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import vm from 'node:vm';
import { insideOf, kindOf } from '#dist/values/index.js';

const literals = {
  object: '({ a: 1 })',
  bare: 'Object.create(null)',
  array: '[1]',
  map: 'new Map()',
  set: 'new Set()',
  date: 'new Date()',
  regexp: '/x/',
  boxed: 'Object(1n)',
  error: 'new RangeError()',
  view: 'new Float64Array(2)',
  buffer: 'new ArrayBuffer(2)',
  shared: 'new SharedArrayBuffer(2)',
  proxy: 'new Proxy([], {})',
  instance: 'new (class Point {})()',
};

describe('kindOf', () => {
  for (const [kind, code] of Object.entries(literals)) {
    it(`tells ${kind}, in any realm`, () => {
      assert.equal(kindOf(vm.runInThisContext(code)), kind);
      assert.equal(kindOf(vm.runInNewContext(code)), kind);
    });
  }

  it('takes Buffers and DataViews for views, and knows URLs', () => {
    assert.equal(kindOf(Buffer.from('x')), 'view');
    assert.equal(kindOf(new DataView(new ArrayBuffer(1))), 'view');
    assert.equal(kindOf(new URL('file:///')), 'url');
  });

  it('takes classes that extend those of the language for what they are', () => {
    class Prices extends Map {}
    class Rows extends Array {}
    class Bytes extends Uint8Array {}
    class Failure extends TypeError {}
    for (const Class of [Prices, Rows, Bytes, Failure]) assert.equal(kindOf(new Class()), 'instance');
    assert.deepEqual(
      [Prices, Rows, Bytes, Failure].map((Class) => insideOf(new Class())),
      ['map', 'array', 'view', 'error'],
    );
    // A user's class may have the name of one of the language.
    const own = vm.runInThisContext('(class Map {})') as new () => object;
    assert.equal(kindOf(new own()), 'instance');
    assert.equal(insideOf(new own()), undefined);
  });

  it('looks inside: a prototype alone makes no Map', () => {
    for (const { prototype } of [Map, Set, Date, RegExp, Array, Float64Array, Error, Number]) {
      assert.equal(kindOf(Object.create(prototype)), 'instance');
    }
  });

  it('takes what inherits from an object without a prototype for bare', () => {
    assert.equal(kindOf(Object.create(Object.create(null))), 'bare');
    const Parsed = function Parsed() {};
    Parsed.prototype = Object.create(null);
    assert.equal(kindOf(Reflect.construct(Parsed, [])), 'bare');
  });

  it('tells promises, weak maps and symbols in objects from plain data', () => {
    for (const value of [Promise.resolve(), new WeakMap(), Object(Symbol('s')), new WeakRef({})]) {
      assert.equal(kindOf(value), 'instance');
    }
  });

  it('runs no getter and no trap', () => {
    const fail = (): never => assert.fail('ran');
    const traps = { getPrototypeOf: fail, get: fail, ownKeys: fail, getOwnPropertyDescriptor: fail };
    assert.equal(kindOf(new Proxy(new Map(), traps)), 'proxy');
    const odd = {
      get constructor(): never {
        return fail();
      },
    };
    assert.equal(kindOf(odd), 'object');
    assert.equal(kindOf(Object.create(odd)), 'instance');
    assert.equal(kindOf(Object.defineProperty([], Symbol.toStringTag, { get: fail })), 'array');
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    assert.equal(kindOf(proxy), 'proxy');
  });
});
