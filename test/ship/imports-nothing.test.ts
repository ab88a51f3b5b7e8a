import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it } from 'node:test';
import { Table } from 'apache-arrow';
import { moduleFunction, partial, ship } from '#dist/ship/index.js';
import { importsNothing } from '#dist/ship/worker.js';

const factor = 2;
const helper = (x: number) => x * factor;
class Scale {
  by = 3;
}

const alone = {
  'a closure': () => helper(1),
  'a class': () => new Scale().by,
  'a module of Node': () => join('a', 'b'),
  'bound data': partial((_: unknown, { d }: { d: Date }) => d, { d: new Date(0) }),
};
const importing = {
  'an import': () => Table,
  'a later import': () => import('apache-arrow'),
  'an import of a helper': () => later(),
  'a function of a module': moduleFunction(import.meta.url, 'none'),
  'what can load modules': () => process.getBuiltinModule('node:module') && loaders.createRequire,
};
const later = () => import('node:fs');
const loaders = process.getBuiltinModule('node:module');

for (const [name, fn] of Object.entries(alone)) {
  it(`knows that ${name} imports nothing`, () => assert.equal(importsNothing(ship(fn)), true));
}
for (const [name, fn] of Object.entries(importing)) {
  it(`knows that ${name} may import`, () => assert.equal(importsNothing(ship(fn)), false));
}
