import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { ship } from '#dist/ship/index.js';
import { Celsius } from './support/celsius.mjs';

function refused(fn: (...args: never[]) => unknown, expected: RegExp): void {
  assert.throws(
    () => ship(fn),
    (error: { code: string; message: string }) => {
      assert.equal(error.code, 'ERR_UNSHIPPABLE');
      assert.match(error.message, expected);
      assert.match(error.message, /\. [A-Z].*\.$/, 'ends with a way out');
      return true;
    },
  );
}

test('the path to the value, the reason, and the way out', () => {
  const socket = connect({ port: 1, lookup: () => undefined }).on('error', () => undefined);
  const config = { db: { list: [0, new Map([['main', socket]])] } };
  const preprocess = () => config.db;
  refused(
    preprocess,
    /preprocess -> config\.db\.list\[1\]\.get\("main"\): Socket cannot be copied\. Create it inside the function, .*partial\(\).*moduleFunction/,
  );
  const direct = { db: socket };
  const outer = () => preprocess2();
  const preprocess2 = () => direct.db;
  refused(outer, /outer -> preprocess2 -> direct\.db: Socket cannot be copied/);
  socket.destroy();
});

test('values that cannot be copied', () => {
  const values: Record<string, [value: unknown, expected: RegExp]> = {
    promise: [Promise.resolve(1), /value: Promise cannot be copied/],
    weakMap: [new WeakMap(), /WeakMap cannot be copied/],
    weakSet: [new WeakSet(), /WeakSet cannot be copied/],
    weakRef: [new WeakRef({}), /WeakRef cannot be copied/],
    proxy: [new Proxy({}, {}), /a Proxy cannot be copied/],
    functionProxy: [new Proxy(() => 1, {}), /native function .*cannot be copied/],
    native: [new Intl.NumberFormat('en').format, /native function .*cannot be copied/],
    generator: [(function* () {})(), /Generator cannot be copied/],
    iterator: [new Map().keys(), /Map Iterator|Object|Iterator cannot be copied/],
    intl: [new Intl.Collator(), /Collator cannot be copied/],
    signal: [AbortSignal.abort(), /AbortSignal cannot be copied/],
    stream: [process.stdout, /cannot be copied/],
    privates: [new Celsius(3), /Celsius cannot be copied: the #private members/],
    subclass: [new (class Warm extends Celsius {})(3), /Celsius cannot be copied: the #private members/],
  };
  for (const [name, [value, expected]] of Object.entries(values)) {
    assert.throws(() => ship(() => value), { code: 'ERR_UNSHIPPABLE', message: expected }, name);
  }
});

test('assignments to captured variables', () => {
  let count = 0;
  const counter = () => ++count;
  refused(counter, /counter -> count: it is assigned inside the function\. .*assignment would be lost/);
  const table: { n?: number } = {};
  assert.doesNotThrow(() => ship(() => (table.n = 1)), 'the copy may be changed');
});

test('what a function takes from around it', () => {
  class Holder extends Celsius {
    rate = 2;
    #p = 1;
    arrow() {
      return () => this.rate;
    }
    withSuper() {
      return super.degrees;
    }
    withPrivate() {
      return this.#p;
    }
  }
  refused(new Holder(1).arrow(), /uses the `this` of the code around it/);
  refused(Holder.prototype.withSuper, /uses `super`/);
  refused(Holder.prototype.withPrivate, /uses #private members/);
  refused(
    (function () {
      // biome-ignore lint/complexity/noArguments: what is tested
      return () => arguments.length;
    })(),
    /uses the `arguments`/,
  );
  // biome-ignore lint/security/noGlobalEval: what is tested
  refused((x: string) => eval(x), /calls eval/);
});

test('a variable that is gone', () => {
  const key = `k${Math.random()}`;
  class Keyed {
    [key]() {
      return 1;
    }
  }
  refused(
    () => new Keyed(),
    /Keyed -> key: nothing but a computed name of a member uses it, and its value is gone/,
  );
});

test('what is no function', () => {
  // @ts-expect-error not a function
  assert.throws(() => ship({}), { code: 'ERR_UNSHIPPABLE', message: /Only a function/ });
});
