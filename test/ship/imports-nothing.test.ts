import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it } from 'node:test';
import { Table, tableFromArrays, vectorFromArray } from 'apache-arrow';
import { valueCodecs } from '#dist/codecs/index.js';
import * as ownFunctions from '#dist/columns.js';
import { shift } from '#dist/columns.js';
import { moduleFunction, partial, ship } from '#dist/ship/index.js';
import { importsNothing, knowOwnFunctions } from '#dist/ship/worker.js';

knowOwnFunctions(ownFunctions);
const table = tableFromArrays({ x: [1] });
const vector = vectorFromArray([1]);
const factor = 2;
const helper = (x: number) => x * factor;
class Scale {
  by = 3;
}

const alone = {
  'a closure': () => helper(1),
  'a class': () => new Scale().by,
  'a module of Node': () => join('a', 'b'),
  'a helper of this package': () => shift,
  'a table of Arrow': () => table.numRows,
  'a vector of Arrow': () => vector.length,
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
  it(`knows that ${name} imports nothing`, () => assert.equal(importsNothing(ship(fn, valueCodecs)), true));
}
for (const [name, fn] of Object.entries(importing)) {
  it(`knows that ${name} may import`, () => assert.equal(importsNothing(ship(fn, valueCodecs)), false));
}
