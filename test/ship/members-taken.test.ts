import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { membersTaken } from '#dist/ship/index.js';

const taken = (text: string) => {
  const found = membersTaken(text);
  return found && [...found].sort().join();
};

describe('the members that a function may use of its first argument', () => {
  const seen: { readonly [text: string]: string } = {
    '() => 1': '',
    '(_, { key }) => ({ key: [key] })': '',
    '({ x, y: z }) => x[0] + z[0]': 'x,y',
    "({ 'a b': x = [], nested: { length } }) => x.length + length": 'a b,nested',
    '({ x } = {}) => x': 'x',
    '(g = {}) => g.x': 'x',
    'g => ({ sum: [g.x.reduce((a, b) => a + b)], n: [g["a b"].length] })': 'a b,x',
    'g => g?.x?.map((v) => v * g.y[0])': 'x,y',
    'g => { const { x, y: [first] } = g; return x.map((v) => v - first); }': 'x,y',
    'async function f(g) { await 0; g.made = g.x; return { x: g.made }; }': 'made,x',
    'g => ({ g: g.x, f: { g: 1 }.g })': 'x',
    'g => { class A { g() { return g.x; } } return new A().g(); }': 'x',
    'g => h(g.x)': 'x',
    'g => `${g.x}`': 'x',
  };
  for (const [text, names] of Object.entries(seen)) it(text, () => assert.equal(taken(text), names));
});

describe('a function that may use any member of its first argument', () => {
  const unseen = [
    'g => g',
    'g => ({ ...g })',
    'g => ({ g })',
    '({ x, ...rest }) => rest',
    '({ [name]: x }) => x',
    '([x]) => x',
    '(...args) => args[0].x',
    'g => { const { x, ...rest } = g; return rest; }',
    'g => { const h = g; return h.x; }',
    'g => { let x; ({ x } = g); return x; }',
    'g => g[name]',
    'g => h(g)',
    'g => "x" in g',
    'g => g.x()',
    'g => (g?.x)()',
    'g => g.x`text`',
    'g => g.constructor',
    'g => g.hasOwnProperty("x")',
    'g => { for (const name in g) console.log(name); }',
    'function f(g) { return arguments[0]; }',
    'function f() { return arguments[0]; }',
    'function f(g) { return f.arguments[0]; }',
    'g => eval("g")',
    'function f(g) { with (g) { return x; } }',
    // A variable of the same name counts as the argument.
    'g => [1].map((g) => g + 1)',
    'class A {}',
    'function f() { [native code] }',
    'method(g) { return g.x; }',
  ];
  for (const text of unseen) it(text, () => assert.equal(taken(text), undefined));
});

it('members reached by a method that takes their name', () => {
  const access = { method: 'getChild', others: ['numRows'] };
  const names = (text: string) => {
    const found = membersTaken(text, access);
    return found && [...found];
  };
  assert.deepEqual(names("t => [t.getChild('x').get(0), t.numRows]"), ['x']);
  assert.deepEqual(names("t => t?.getChild('x')?.toArray()"), ['x']);
  assert.deepEqual(names('({ numRows }) => numRows'), []);
  for (const text of [
    't => t.x',
    't => t.schema',
    't => t.getChild(name)',
    't => t.getChild(...["x"])',
    't => t.getChildAt(0)',
    't => { const { getChild } = t; }',
    "t => t.getChild('x').get(t)",
    "t => t['getChild']('x', t)",
  ]) {
    assert.equal(names(text), undefined, text);
  }
});
