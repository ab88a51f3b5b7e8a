import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pathTo } from '#dist/values/index.js';

const target = () => undefined;

describe('pathTo', () => {
  const cases: readonly [string, unknown, string][] = [
    ['the value itself', target, ''],
    ['an element of a property', { rows: [1, target] }, '.rows[1]'],
    ['a property with an odd name', { 'unit price': target }, '["unit price"]'],
    ['a property of an array', Object.assign([1], { note: target }), '.note'],
    ['a value of a Map', new Map([['a', target]]), '.get("a")'],
    ['a value of a Map with a bigint as key', new Map([[1n, target]]), '.get(1)'],
    ['a value of a Map with a symbol as key', new Map([[Symbol('s'), target]]), '.get(Symbol(s))'],
    ['a value of a Map with an object as key', new Map([[{}, target]]), '.get(…)'],
    ['a key of a Map', new Map([[target, 1]]), '(key)'],
    ['a member of a Set', { seen: new Set([target]) }, '.seen(member)'],
    ['the cause of an error', new Error('x', { cause: { fn: target } }), '.cause.fn'],
    ['the errors of an AggregateError', new AggregateError([1, target]), '.errors[1]'],
  ];
  for (const [what, root, path] of cases) it(`finds ${what}`, () => assert.equal(pathTo(root, target), path));

  it('finds the shortest, through cycles', () => {
    const root: { self?: unknown; far?: unknown; near?: unknown } = {};
    root.self = root;
    root.far = { far: { far: target } };
    root.near = target;
    assert.equal(pathTo(root, target), '.near');
  });

  it('cuts long paths', () => {
    let root: unknown = target;
    for (let k = 0; k < 500; k++) root = { next: root };
    assert.match(pathTo(root, target), /^(\.next){20}…$/);
  });
});
