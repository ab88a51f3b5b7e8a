import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { runInThisContext } from 'node:vm';
import { onlyComputes } from '#dist/ship/index.js';

type Fn = (...args: never[]) => unknown;
interface Group {
  readonly x: Float64Array;
  readonly name: readonly string[];
}

const rate = 0.2;
const label = 'a';
const steps = 3;
const manySteps = 1e9;
const half = (x: number) => x / 2;
function mean(x: Float64Array) {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i];
  return sum / x.length;
}
const centred = (x: Float64Array) => x.map((value) => value - mean(x));
const state = { calls: 0 };
const list = [1];
const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
const logs = (x: number) => {
  console.log(x);
  return x;
};
let counter = 0;
let counterName = '';

describe('functions that only compute', () => {
  const found: { readonly [name: string]: Fn } = {
    'an arrow function without variables': (g: Group) => ({ ...g, z: g.x.map((x) => x * 2) }),
    'one that uses Math and typed arrays': (g: Group) => ({ z: new Float64Array(g.x.length).map(Math.sqrt) }),
    'one that uses numbers and texts around it': (g: Group) => ({
      z: g.x.map((x) => x * rate),
      label: [label],
    }),
    'one that calls and passes functions that only compute': (g: Group) => ({ z: centred(g.x).map(half) }),
    'loops that count, and over what is there': (g: Group) => {
      const out = new Float64Array(g.x.length);
      for (let i = g.x.length - 1; i >= 0; i--) out[i] = g.x[i];
      let sum = 0;
      for (const x of out) sum += x;
      const byName = new Map<string, number>();
      for (const name of g.name) byName.set(name, (byName.get(name) ?? 0) + 1);
      return { sum: [sum], names: [byName.size] };
    },
    'conditions, switches and errors': ({ x }: Group, { key }: { key: number }) => {
      switch (key) {
        case 1:
          throw new RangeError('no');
        default:
          return x.length > 3 ? { n: [Object.keys({ x }).length] } : null;
      }
    },
    'one that changes its group': (g: Group) => {
      g.x[0] = 1;
      return g;
    },
    'loops up to lengths and small numbers': (g: Group) => {
      const n = g.x.length;
      const m = Math.min(n >> 1, 100);
      const out = new Float64Array(n);
      const copy = new Float64Array(g.x);
      for (let i = 0, end = n - 1; i < end; i++) {
        for (let j = i; j < m; j++) out[i] += copy[j] * rate;
        for (let j = -3; j <= steps; j++) out[i] += j;
      }
      return { z: out, l: Array.from({ length: n }, (_, i) => i) };
    },
    'functions of its own': (g: Group) => {
      const twice = (x: number) => x * 2;
      return { z: g.x.map((x) => twice(x)) };
    },
  };
  for (const [name, fn] of Object.entries(found)) it(name, () => assert.equal(onlyComputes(fn), true));
});

describe('functions that may do more, or may not end', () => {
  const code = (text: string): Fn => runInThisContext(`(${text})`);
  const refused: { readonly [name: string]: Fn } = {
    'reads an object around it': () => state.calls,
    'changes an object around it': () => {
      state.calls++;
    },
    'reads an array around it': () => list.length,
    'assigns to a variable around it': () => {
      counter++;
      return counter;
    },
    logs: () => console.log(''),
    'logs in a helper': (x: number) => logs(x),
    'passes a helper on that logs': (x: number[]) => x.map(logs),
    'keeps a function that it uses': () => ({ half }),
    'sets a member of a function that it uses': code('() => { const h = Math; h.x = 1 }'),
    imports: () => import('node:fs'),
    'uses an import': () => readFileSync,
    'is async': async () => 1,
    'is a generator': function* () {
      yield 1;
    },
    'uses this': code('function () { return this }'),
    'uses arguments': code('function () { return arguments }'),
    'uses eval': code("() => eval('1')"),
    'reaches other code by a constructor': code("(g) => g.constructor.constructor('return process')()"),
    'reaches it by a computed member': code("(g) => g['constructor']"),
    'reaches it by a pattern': code('({ constructor }) => constructor'),
    'uses the clock': () => Date.now(),
    'draws random numbers': () => Math.random(),
    'changes a global': code('() => { Math.pi = 3 }'),
    'changes a prototype': code('() => { Array.prototype.x = 1 }'),
    'changes an object by Object': code('(g) => Object.assign(g, {})'),
    'ends the process': () => process.exit(),
    'waits for its signal': code('(_, { signal }) => signal.aborted'),
    'makes a promise': () => Promise.resolve(1),
    'loops while': code('(g) => { while (g.x) {} }'),
    'loops without a bound': code('() => { for (;;) {} }'),
    'moves the counter': code('(n) => { for (let i = 0; i < n; i++) i = 0 }'),
    'moves the bound': code('(n) => { for (let i = 0; i < n; i++) n++ }'),
    'counts away from the bound': code('(n) => { for (let i = 0; i < n; i--) n }'),
    'adds to what it counts over': code('(a) => { for (let i = 0; i < a.length; i++) a.push(1) }'),
    'adds elements to it': code('(a) => { for (let i = 0; i < a.length; i++) a[a.length] = 1 }'),
    'adds to what it goes through': code('(a) => { for (const x of a) a.push(x) }'),
    'adds under another name': code('(g) => { const q = [9], p = q; for (const v of q) p.push(v) }'),
    'adds in a function of its own': code(
      '(g) => { const q = [9]; const add = (v) => q.push(v); for (const v of q) add(v) }',
    ),
    'counts to an element': code('(g) => { for (let i = 0; i < g.x[0]; i++) g }'),
    'counts to what it was given': code('(n) => { for (let i = 0; i < n; i++) i }'),
    'counts to a variable that holds an element': code(
      '(g) => { const n = g.x[0]; for (let i = 0; i < n; i++) n }',
    ),
    'counts from an element': code('(g) => { for (let i = g.x[0]; i > 0; i--) g }'),
    'counts to no end': code('() => { for (let i = 0; i < Infinity; i++) i }'),
    'counts to a large number around it': () => {
      for (let i = 0; i < manySteps; i++) i;
    },
    'makes an array as long as a number around it': () => new Float64Array(manySteps),
    'makes an array as long as an element': code('(g) => { const n = g.x[0]; return new Array(n).fill(0) }'),
    'makes elements to a large number': () => Array.from({ length: manySteps }),
    'makes a long text': () => 'x'.repeat(manySteps),
    'assigns to a variable around it by a loop': () => {
      for (counterName in { a: 1 }) void counterName;
    },
    'calls itself': factorial,
    'is declared, and calls itself': code('function f(n) { return n < 2 ? 1 : f(n - 1) + f(n - 2) }'),
    'has a function that passes itself on': code(
      '(g) => { const f = (k) => [k - 1].map(f); return f(g.x[0]) }',
    ),
    'has a function that calls itself': code(
      '(n) => { const f = (k) => (k < 2 ? 1 : f(k - 1)); return f(n) }',
    ),
    'has a method': code('(n) => ({ f() { return n } }).f()'),
    'matches texts': code('(s) => /(a+)+$/.test(s)'),
    'is a method': { f: (x: number) => x, g() {} }.g,
    'is a class': class {} as unknown as Fn,
    'is bound': half.bind(null),
    'is native': Math.sqrt,
    'deletes a member': code('(g) => { delete g.x; return g }'),
    'has a tagged template': code('(t) => t`x`'),
  };
  for (const [name, fn] of Object.entries(refused)) {
    it(`one that ${name}`, () => assert.equal(onlyComputes(fn), false));
  }

  it('one whose variable holds a primitive no more', () => {
    let held: unknown = 1;
    const fn = () => held;
    assert.equal(onlyComputes(fn), true);
    held = {};
    assert.equal(onlyComputes(fn), false);
    held = 'x';
    assert.equal(onlyComputes(fn), true);
  });

  it('one whose global was replaced', () => {
    const fn = (x: string) => parseFloat(x);
    assert.equal(onlyComputes(fn), true);
    const original = globalThis.parseFloat;
    globalThis.parseFloat = () => 0;
    try {
      assert.equal(onlyComputes(fn), false);
    } finally {
      globalThis.parseFloat = original;
    }
    assert.equal(onlyComputes(fn), true);
  });
});
