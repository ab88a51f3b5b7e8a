import assert from 'node:assert/strict';
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
const half = (x: number) => x / 2;
function mean(x: Float64Array) {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i];
  return sum / x.length;
}
const state = { calls: 0 };
const counted = (x: number) => {
  let sum = x;
  for (let k = 0; k < steps; k++) sum += k;
  return sum;
};
const pairs = (x: Float64Array) => {
  let n = 0;
  for (let i = 0; i < x.length; i++) for (let j = 0; j < x.length; j++) n++;
  return n;
};

describe('functions of which no call has told how long they take', () => {
  const code = (text: string): Fn => runInThisContext(`(${text})`);
  const found: { readonly [name: string]: Fn } = {
    'goes through its rows': (rows: readonly { v: number }[]) =>
      rows.map((row) => ({ ...row, v: row.v * rate })),
    'goes through them twice': (g: Group) => {
      const out = new Float64Array(g.x.length);
      for (let i = 0; i < g.x.length; i++) for (let j = 0; j < i; j++) out[i] += g.x[j];
      return { out };
    },
    'calls functions that go through them': (g: Group) => {
      const m = mean(g.x);
      return { z: g.x.map((x) => half(x - m)), label: [label] };
    },
    'makes lists of what it has': code(
      '(g) => { const s = new Set(g.x); return Array.from(s).concat(Array.from(g.name), Array.from({ length: 3 })) }',
    ),
    'swaps its variables': code(
      '(g) => { let a = g.x, b = g.y; const t = a; a = b; b = t; return new Float64Array(a) }',
    ),
    'leaves out the last ones': (g: Group) => {
      let sum = 0;
      for (let i = 1; i < g.x.length - 1; i++) sum += g.x[i];
      return { sum: [sum] };
    },
  };
  for (const [name, fn] of Object.entries(found)) {
    it(`one that ${name}`, () => assert.equal(onlyComputes(fn, true), true));
  }

  const long = 'x'.repeat(1e5);
  const huge = 3n ** 999n;
  const refused: { readonly [name: string]: Fn } = {
    'counts to a constant': code('() => { for (let k = 0; k < 1e9; k++) k }'),
    'counts to a small constant': code('() => { for (let k = 0; k < 100; k++) k }'),
    'counts from a constant': code('() => { for (let k = 900; k > 0; k--) k }'),
    'counts to a variable of a constant': code('() => { const n = 900; for (let k = 0; k < n; k++) k }'),
    'counts to a number around it': () => {
      for (let k = 0; k < steps; k++) k;
    },
    'counts to a number around it in a helper': (g: Group) => g.x.map(counted),
    'counts to the length of an array that it makes': code(
      '(g) => { const a = new Array(1000); for (let i = 0; i < a.length; i++) i }',
    ),
    'counts to a size that it sets': code(
      '() => { const o = { size: 1e9 }; for (let i = 0; i < o.size; i++) i }',
    ),
    'nests three loops': code(
      '(g) => { for (const a of g.x) for (const b of g.x) for (const c of g.x) a + b + c }',
    ),
    'nests three functions': code('(g) => g.map((a) => g.map((b) => g.map((c) => a + b + c)))'),
    'nests loops in a helper': (g: Group) => ({ n: [pairs(g.x)] }),
    'makes a long array': code('() => new Array(1000).fill(0)'),
    'makes an array as long as a number that it has a name for': code(
      '() => { const n = 1e9; return new Float64Array(n) }',
    ),
    'makes an array as long as a number around it': () => new Float64Array(steps),
    'has a long text around it': () => long.length,
    'has a large number around it': () => huge * huge,
    'makes a list as long as a computed member says': code(
      "(g) => { const name = 'len' + 'gth'; return Array.from({ [name]: g.x[0] }) }",
    ),
    'makes a list as long as an entry says': code(
      "(g) => { const o = Object.fromEntries([['length', g.x[0]]]); return Array.from(o) }",
    ),
    'keeps the method that makes lists': code('(g) => { const f = Array.from; return f(g.x) }'),
    'calls a method by a computed name': code("(g) => 'x'['rep' + 'eat'](g.x[0])"),
    'makes a long bigint': code('(g) => BigInt.asUintN(g.x[0], -1n)'),
    logs: () => console.log(''),
    'draws random numbers': () => Math.random(),
    'reads an object around it': () => state.calls,
  };
  for (const [name, fn] of Object.entries(refused)) {
    it(`not one that ${name}`, () => assert.equal(onlyComputes(fn, true), false));
  }

  it('each of them is another function once its time is known', () => {
    const counts = code('(g) => { for (let k = 0; k < 7; k++) g }');
    assert.deepEqual(
      [onlyComputes(counts, true), onlyComputes(counts), onlyComputes(counts, true)],
      [false, true, false],
    );
  });
});
