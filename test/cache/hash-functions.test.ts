import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hash } from 'apply-parallel';
import { assertAllDiffer } from './support/all-differ.js';

describe('hash of functions', () => {
  it('goes by the source', () => {
    const make = () => (x: number) => x + 1;
    assert.equal(hash(make()), hash(make()));
    assertAllDiffer([(x: number) => x + 1, (x: number) => x + 2, (y: number) => y + 1]);
  });

  it('goes by the values of what it captures, as of now', () => {
    const state = { rate: 2 };
    const fn = (x: number) => x * state.rate;
    const before = hash(fn);
    state.rate = 3;
    assert.notEqual(hash(fn), before);
    state.rate = 2;
    assert.equal(hash(fn), before);
  });

  it('goes by the helpers it calls, theirs too', () => {
    const chain = (offset: number) => {
      const inner = (x: number) => x + offset;
      const outer = (x: number) => inner(x) * 2;
      return (x: number) => outer(x);
    };
    assert.equal(hash(chain(1)), hash(chain(1)));
    assert.notEqual(hash(chain(1)), hash(chain(2)));
  });

  it('leaves out what the function sets itself', () => {
    let calls = 0;
    const fn = (x: number) => {
      calls++;
      return x;
    };
    const before = hash(fn);
    fn(1);
    assert.equal(calls, 1);
    assert.equal(hash(fn), before);
  });

  it('takes recursive functions, and those that call each other', () => {
    const make = (end: number) => {
      const isEven = (n: number): boolean => (n === end ? true : isOdd(n - 1));
      const isOdd = (n: number): boolean => (n === end ? false : isEven(n - 1));
      return isEven;
    };
    assert.equal(hash(make(0)), hash(make(0)));
    assert.notEqual(hash(make(0)), hash(make(1)));
  });

  it('goes by the static fields of a class, as of now', () => {
    class Settings {
      static options = { rate: 1 };
      static names = ['a'];
      readonly isOne = true;
    }
    const fn = (x: number) => x * Settings.options.rate;
    const [before, ofClass] = [hash(fn), hash(Settings)];
    Settings.options.rate = 5;
    assert.notEqual(hash(fn), before);
    Settings.options.rate = 1;
    assert.equal(hash(fn), before);
    Settings.names.push('b');
    assert.notEqual(hash(Settings), ofClass);
  });

  it('goes by class and state for instances', () => {
    class Model {
      constructor(readonly weights: Float64Array) {}
      run = (x: number) => x * this.weights[0];
    }
    class Other {
      constructor(readonly weights: Float64Array) {}
    }
    const bare = (rate: number) =>
      Object.assign(Object.create(Other.prototype), { weights: Float64Array.of(rate) });
    assert.equal(hash(bare(1)), hash(new Other(Float64Array.of(1))));
    assert.notEqual(hash(bare(1)), hash(bare(2)));
    assert.notEqual(hash(bare(1)), hash({ weights: Float64Array.of(1) }));
    assert.throws(() => hash(new Model(Float64Array.of(1))), { code: 'ERR_UNHASHABLE', message: /`this`/ });
  });
});
