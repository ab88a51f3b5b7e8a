import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runInThisContext } from 'node:vm';
import { onlyComputes } from '#dist/ship/index.js';

const total = (x: { readonly total: () => number }) => x.total();

describe('functions that may use members which the program gave to built-in objects', () => {
  const TypedArray = Object.getPrototypeOf(Float64Array) as typeof Float64Array;
  const value = () => 1;
  const patched: readonly (readonly [owner: object, name: string, text: string, own?: PropertyDescriptor])[] =
    [
      [Array.prototype, 'total', '(g) => g.x.map(Number).total()'],
      [Array.prototype, 'map', '(g) => g.rows.map((row) => row.v)'],
      [Array.prototype, 'first', '({ first }) => first', { get: value }],
      [TypedArray.prototype, 'total', '(g) => g.x.total()'],
      [Number.prototype, 'toFixed', '(g) => g.x[0].toFixed(2)'],
      [Math, 'round', '(g) => Math.round(g.x[0])'],
      [Object.prototype, 'unit', '(g) => g.unit'],
    ];
  for (const [owner, name, text, own = { value, writable: true }] of patched) {
    it(`run in workers, which do not have ${name}: ${text}`, () => {
      check(owner, name, own, runInThisContext(`(${text})`));
    });
  }

  it('run in workers if a function that they call does so', () => {
    check(Array.prototype, 'total', { value }, (g: { readonly x: never }) => total(g.x));
  });
});

/** Checks that a function only computes but while an object has a member of the program. */
function check(
  owner: object,
  name: string,
  own: PropertyDescriptor,
  fn: (...args: never[]) => unknown,
): void {
  const before = Object.getOwnPropertyDescriptor(owner, name);
  assert.equal(onlyComputes(fn), true);
  Object.defineProperty(owner, name, { ...own, configurable: true });
  try {
    assert.equal(onlyComputes(fn), false);
  } finally {
    if (before) Object.defineProperty(owner, name, before);
    else Reflect.deleteProperty(owner, name);
  }
  assert.equal(onlyComputes(fn), true);
}
