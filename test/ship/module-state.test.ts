import assert from 'node:assert/strict';
import { test } from 'node:test';
import { receive, ship } from '#dist/ship/index.js';
import {
  Color,
  DEFAULT,
  find,
  inner,
  isDefault,
  isInner,
  isKey,
  KEY,
  register,
  registry,
} from './support/colors.mjs';
import { roundTrip } from './support/round-trip.mjs';

const red = Color.RED;
const part = inner();
register('red', red);

test('an instance of a class that is imported is of that class, and equals its static field', async () => {
  const compare = () => [red instanceof Color, red === Color.RED, Color.RED.is(red), red === Color.BLUE];
  assert.deepEqual(await roundTrip(compare), [true, true, true, false]);
});

test('functions of a module see the same objects as those that its exports give', async () => {
  assert.equal(await roundTrip(() => isDefault(DEFAULT)), true);
});

test('a map of a module that was filled after loading', async () => {
  assert.deepEqual(await roundTrip(() => [find('red') === red, registry.size]), [true, 1]);
});

test('an object that a module does not export', async () => {
  assert.equal(await roundTrip(() => isInner(part)), true);
});

test('a module whose objects the function does not hold is loaded anew', async () => {
  const shipped = ship(() => find('red'));
  assert.ok(shipped.nodes.some((node) => node.kind === 'module'));
  assert.equal(await roundTrip(() => find('red')), undefined);
});

test('refuses objects that cannot be the same in a worker', () => {
  assert.throws(() => ship(() => isKey(KEY)), {
    code: 'ERR_UNSHIPPABLE',
    message: /isKey -> timer: WeakMap cannot be copied \(isKey is sent with the objects of its module/,
  });
});

test('the functions of a module are sent as source only when they must be', async () => {
  const shipped = structuredClone(ship(() => isDefault(DEFAULT)));
  assert.ok(shipped.nodes.every((node) => node.kind !== 'module'));
  assert.equal((await receive(shipped))(), true);
});
