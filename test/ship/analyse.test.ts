import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Analysis } from '#dist/ship/free-names.js';
import { parseFunction } from '#dist/ship/parse.js';
import { isStrictAt } from '#dist/ship/strict-mode.js';

const cases: readonly [source: string, free: string][] = [
  ['() => a + b.c', 'a b'],
  ['(a, b = a) => b', ''],
  ['({ a, b: { c = d }, ...e }, [f, ...g]) => a + c + e + f + g', 'd'],
  ['({ [key]: value }) => value', 'key'],
  ['() => { { let a; } return a; }', 'a'],
  ['() => { { var a; } return a; }', ''],
  ['() => { { function a() {} } return a; }', 'a'],
  ['() => { { async function a() {} a(); } return a; }', 'a'],
  ['() => { a: function b() {} return b; }', ''],
  ['() => { a(); function a() {} }', ''],
  ['() => { for (const a of b) c(a); return a; }', 'b c a'],
  ['() => { for (var i = 0; i < n; i++); return i; }', 'n'],
  ['() => { for (const k in o) k; }', 'o'],
  ['() => { try { a(); } catch ({ message }) { return message; } return message; }', 'a message'],
  ['() => { try {} catch { return e; } }', 'e'],
  ['() => { outer: for (;;) break outer; }', ''],
  ['() => ({ a, b: c, [d]: 1, e() { return f; } })', 'a c d f'],
  ['() => a?.b?.[c]', 'a c'],
  ['function f() { return f; }', ''],
  ['function () { return arguments; }', ''],
  [
    '() => { class A extends B { static x = C; y = D; #z = E; [F]() { return A; } static { G; } } }',
    'B F C D E G',
  ],
  ['class A extends B { m() { return C; } }', 'B C'],
  ['() => typeof a', 'a'],
  ['() => { switch (a) { case b: let c; default: c; } }', 'a b'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the source of a template
  ['() => `${a}${tag`x${b}`}`', 'a tag b'],
  ['() => { const { a = b } = c; [d.e] = f; }', 'b c d f'],
  ['async () => { for await (const x of y) x; await z; }', 'y z'],
  ['() => { var a = a2; return () => a + (() => b)(); }', 'a2 b'],
  ['(a = () => x) => { var x = 1; return a; }', 'x'],
  ['m() { return a; }', 'a'],
  ['async *[k]() { yield a; }', 'a'],
  ['get g() { return a; }', 'a'],
  ['#p() { return a; }', 'a'],
  ['() => import.meta.url', ''],
];

for (const [source, free] of cases) {
  test(`free names of ${source}`, () => {
    const names = [...parseFunction(source).analysis.free.keys()].sort();
    assert.deepEqual(names, free.split(' ').filter(Boolean).sort());
  });
}

const flagged: readonly [source: string, flag: keyof Analysis, value: boolean][] = [
  ['() => this', 'outerThis', true],
  ['function () { return () => this; }', 'outerThis', false],
  ['class A { x = this; static y = this; }', 'outerThis', false],
  ['class A { [this.k] = 1; }', 'outerThis', true],
  ['() => arguments', 'outerArguments', true],
  ['() => function () { return arguments; }', 'outerArguments', false],
  ['() => new.target', 'outerNewTarget', true],
  ['m() { return super.m(); }', 'outerSuper', true],
  ['() => super.m()', 'outerSuper', true],
  ['() => ({ m() { return super.m(); } })', 'outerSuper', false],
  ['class A extends B { x = super.y; m() { return super.m(); } }', 'outerSuper', false],
  ['m() { return this.#x; }', 'outerPrivate', true],
  ['class A { #x; m(o) { return #x in o; } }', 'outerPrivate', false],
  ['class A { #x = 1; }', 'privateMembers', true],
  ['class A { static #x = 1; }', 'privateMembers', false],
  ['() => eval("a")', 'dynamicScope', true],
  ['(eval) => eval("a")', 'dynamicScope', false],
  ['function (o) { with (o) { return a; } }', 'dynamicScope', true],
  ['() => import("x")', 'importsDynamically', true],
  ['() => __name(() => 1, "f")', 'keepsNames', true],
  ['function f() { f = () => 1; }', 'replacesItself', true],
  ['function f() { return () => { [f] = []; }; }', 'replacesItself', true],
  ['function f(f) { f = 1; }', 'replacesItself', false],
  ['function f() { let f; f = 1; f.x = 2; }', 'replacesItself', false],
  ['() => { const g = function h() { h = 1; }; }', 'replacesItself', false],
  ['() => { total = 0; }', 'modeMatters', true],
  ['() => { { function f() {} } }', 'modeMatters', true],
  ['() => function () { return this; }', 'modeMatters', true],
  ['() => { function f() {} class A { m() { return this; } } let a; a = 1; }', 'modeMatters', false],
];

for (const [source, flag, value] of flagged) {
  test(`${flag} of ${source} is ${value}`, () => {
    assert.equal(parseFunction(source).analysis[flag], value);
  });
}

test('writes, members, and what a class needs at its definition', () => {
  const of = (source: string, name: string) => parseFunction(source).analysis.free.get(name);
  for (const write of ['a = 1', 'a++', 'a ??= 1', '[a] = [1]', '({ b: a } = {})', 'for (a of []);']) {
    assert.equal(of(`() => { ${write} }`, 'a')?.assigned, true, write);
  }
  for (const read of ['a.b = 1', 'a.b++', 'b[a] = 1', '({ a })', 'let [b = a] = []']) {
    assert.equal(of(`() => { ${read} }`, 'a')?.assigned, false, read);
  }
  assert.deepEqual([...(of('() => a.b + a["c"].d + a?.e()', 'a')?.members ?? [])], ['b', 'c', 'e']);
  assert.equal(of('() => a.b', 'a')?.whole, false);
  assert.equal(of('() => a.b + a[i]', 'a')?.whole, true);
  assert.deepEqual([...(of('() => { a.b = 1; a.c++; a.d; }', 'a')?.assignedMembers ?? [])], ['b', 'c']);
  const source = 'class A extends B { static x = C; y = D; m() { E; } }';
  assert.deepEqual(
    ['B', 'C', 'D', 'E'].map((name) => of(source, name)?.eager),
    [true, true, false, false],
  );
});

test('what V8 keeps: all but what only extends and computed keys use', () => {
  const { free } = parseFunction(
    'class A extends B { [C] = D; static [E] = F; static { G; } m(x = H) {} [((i) => () => I)()]() {} }',
  ).analysis;
  const kept = [...free.values()].filter((each) => each.kept).map(({ name }) => name);
  assert.deepEqual(kept.sort(), ['D', 'F', 'G', 'H', 'I']);
});

test('the superclass: a variable, or one in the place of an expression of the same lines and columns', () => {
  assert.equal(parseFunction('class A extends B {}').superName, 'B');
  assert.equal(parseFunction('class A extends null {}').superName, undefined);
  const parsed = parseFunction('class A extends mixin(\n  B,\n) { m() { return mixin; } }');
  assert.equal(parsed.superName, '$_0');
  assert.equal(parsed.source, 'class A extends $_0   \n    \n  { m() { return mixin; } }');
  assert.deepEqual([...parsed.analysis.free.keys()], ['$_0', 'mixin']);
});

test('strict or sloppy, by the place in a file', () => {
  const at = (text: string): boolean => {
    const lines = text.slice(0, text.indexOf('@')).split('\n');
    return isStrictAt(text.replace('@', ''), lines.length - 1, lines[lines.length - 1].length);
  };
  for (const strict of [
    '"use strict"; const f = @() => 1;',
    'const g = 1;\nclass A { m() {\n const f = @() => 1; } }',
    'function g() { "use strict";\nreturn @() => 1; }',
  ])
    assert.equal(at(strict), true, strict);
  for (const sloppy of [
    'const f = @() => 1;',
    'class A {}\nconst f = @() => 1; class B {}',
    'function g() { "use strict"; } const f = @() => 1;',
  ])
    assert.equal(at(sloppy), false, sloppy);
});

test('import.meta becomes a variable of the same length', () => {
  const parsed = parseFunction('() => [import.meta.url, import.meta]');
  assert.equal(parsed.source, '() => [import_meta.url, import_meta]');
  assert.equal(parsed.metaName, 'import_meta');
});

test('what is no function is a SyntaxError', () => {
  assert.throws(() => parseFunction('a + b'), SyntaxError);
});
