/** An enum-like class, and functions that compare with objects of this module. */
export class Color {
  static RED = new Color('red');
  static BLUE = new Color('blue');
  constructor(name) {
    this.name = name;
  }
  is(other) {
    return this === other;
  }
}

export const DEFAULT = { name: 'default' };
export const isDefault = (value) => value === DEFAULT;

export const registry = new Map();
export const register = (name, value) => registry.set(name, value);
export const find = (name) => registry.get(name);

const hidden = { inner: { n: 1 } };
export const inner = () => hidden.inner;
export const isInner = (value) => value === hidden.inner;

const timer = new WeakMap();
export const KEY = { name: 'key' };
export const isKey = (value) => value === KEY && !timer.has(value);
