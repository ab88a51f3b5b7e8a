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
const zeros = (o: { readonly n: number }) => new Float64Array(o.n);
const doubled = (list: number[]) => {
  list.push(...list);
};
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
    'sums, products and texts that grow by a little': (g: Group) => {
      let [mean, product, text, h] = [0, 1, '', 7];
      const counts: { [name: string]: number } = {};
      const all: number[] = [];
      for (let i = 0; i < g.x.length; i++) {
        mean += (g.x[i] - mean) / (i + 1);
        product *= g.x[i];
        product = product * rate * (1 - product);
        text += String(g.x[i]);
        h = (h * 31 + i) | 0;
        counts[g.name[i]] = (counts[g.name[i]] ?? 0) + 1;
        all.push(g.x[i] ** 2 + (all[i - 1] ?? 0));
      }
      const sum = g.x.reduce((a, b) => a + b, 0);
      const names = g.name.reduce<string[]>((list, name) => list.concat(name), []);
      const byName = g.name.reduce<{ [name: string]: number }>((o, n) => {
        o[n] = (o[n] ?? 0) + 1;
        return o;
      }, {});
      return {
        n: [mean, product, text.length, h, sum, names.length, Object.keys({ ...byName, ...counts }).length],
      };
    },
    'arrays of what is there': (g: Group) => {
      const order = g.x.map((_, i) => i).sort((a, b) => g.x[a] - g.x[b]);
      const bins = new Float64Array(8);
      for (const i of order) bins[i & 7] += g.x[i];
      const list: number[] = [];
      list.length = 0;
      for (let i = 0; i < g.x.length; i++) list[i] = g.x[i];
      return {
        z: new Float64Array(list.map(half)),
        set: [new Set(g.name).size],
        copy: new Float64Array(g.x),
        bins,
      };
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
    'makes an array as long as a sum': code(
      '(g) => { const n = g.n.reduce((a, b) => a + b, 0); return new Float64Array(n) }',
    ),
    'makes an array as long as a function says': code('(g) => new Float64Array(Math.abs(g.n[0]))'),
    'makes an array as long as a member says': code('(rows) => rows.map((row) => new Float64Array(row.n))'),
    'makes an array as long as a member that it sets': code(
      '(g) => { g.n = g.x[0]; return new Float64Array(g.n) }',
    ),
    'makes an array as long as a parameter of the same name': code(
      '(g) => { const n = g.x.length; return g.x.map((n) => new Float64Array(n).length + n) }',
    ),
    'makes an array as long as a helper is told': (g: Group) => zeros({ n: g.x[0] }),
    'sets a length': code('(g) => { const a = []; a.length = g.n[0]; return a.fill(0) }'),
    'sets a length by a name': code("(g) => { const a = []; a['length'] = g.n[0]; return a }"),
    'adds to a length': code('(g) => { const a = []; a.length += g.n[0]; return a }'),
    'sets a length in a pattern': code('(g) => { const a = []; [a.length] = g.n; return a }'),
    'sets an element far behind the end': code('(g) => { const a = []; a[g.n[0]] = 1; return a.fill(0) }'),
    'sets an element of a member far behind the end': code(
      '(g) => { const all = { counts: [] }; all.counts[g.n[0]] = 1; return all.counts.fill(0) }',
    ),
    'doubles a text': code("(g) => { let s = 'x'; for (const _ of g.x) s = s + s; return s.length }"),
    'doubles a text in place': code("(g) => { let s = 'x'; for (const _ of g.x) s += s; return s.length }"),
    'doubles a text in a template': code(
      "(g) => { let s = 'x'; for (const _ of g.x) s = `$" + '{s}$' + '{s}`; return s }',
    ),
    'doubles a text by way of another': code(
      "(g) => { let s = 'x'; for (const _ of g.x) { const t = [s, s]; s = t.join('') } return s }",
    ),
    'doubles a text in a member': code(
      "(g) => { const o = { s: 'x' }; g.x.forEach(() => { o.s = o.s + o.s }); return o.s }",
    ),
    'doubles texts in turn': code(
      "(g) => { let a = 'x', b = 'y'; for (const _ of g.x) { a = a + b; b = b + a } return a }",
    ),
    'doubles a text as it replaces': code(
      "(g) => { let s = 'xx'; for (const _ of g.x) s = s.replaceAll('x', s); return s }",
    ),
    'doubles a text for each of its parts': code(
      "(g) => { let s = 'xx'; for (const _ of g.x) s = [1, 2].map(() => s).join(''); return s }",
    ),
    'doubles a list by concat': code(
      '(g) => { let a = [1]; for (const _ of g.x) a = a.concat(a); return a }',
    ),
    'doubles a list by spreading': code(
      '(g) => { let a = [1]; for (const _ of g.x) a = [...a, ...a]; return a }',
    ),
    'doubles a list by push': code('(g) => { const a = [1]; for (const _ of g.x) a.push(...a); return a }'),
    'doubles a list under another name': code(
      '(g) => { const a = [1], b = a; for (const _ of g.x) b.push(...a); return a }',
    ),
    'doubles a list by flatMap': code(
      '(g) => { let a = [1]; for (const _ of g.x) a = a.flatMap((v) => [v, v]); return a }',
    ),
    'doubles a list as long as it is': code(
      '(g) => { let a = [1]; for (const _ of g.x) a = Array.from({ length: a.length + a.length }); return a }',
    ),
    'doubles a list in a map': code(
      '(g) => { const m = new Map([[1, [1]]]); for (const _ of g.x) m.set(1, [...m.get(1), ...m.get(1)]); return m }',
    ),
    'doubles a text as it reduces': code("(g) => g.x.reduce((s) => s + s, 'x')"),
    'doubles a list as it reduces': code('(g) => g.x.reduce((a) => { a.push(...a); return a }, [1])'),
    'doubles a list in a helper': (g: Group) => {
      const list = [1];
      for (let i = 0; i < g.x.length; i++) doubled(list);
      return list;
    },
    'squares a bigint': code('(g) => { let b = g.id[0]; for (const _ of g.x) b = b * b; return [b] }'),
    'raises a bigint': code('(g) => g.id.map((b) => b ** b)'),
    'shifts a bigint': code('(g) => g.id.map((b) => 1n << b)'),
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
    'matches a text with another': code("(g) => g.name.map((s) => s.match('(a+)+$'))"),
    'searches a text for another': code('(g) => g.name.map((s) => s.search(g.name[0]))'),
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

  it('no function whose code nests deeper than the stack', () => {
    assert.equal(onlyComputes(code(`(g) => ${'-'.padEnd(20_000, ' -')}g`)), false);
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
