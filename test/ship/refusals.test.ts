import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { spawn } from 'node:child_process';
import { createHash, createSecretKey } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { open } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { Readable } from 'node:stream';
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
    promise: [Promise.resolve(1), /value: Promise cannot be copied\. Await it before the call, and /],
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
    privates: [
      new Celsius(3),
      /Celsius cannot be copied: the #private members .*\. Or else: Create it inside the function, /,
    ],
    subclass: [new (class Warm extends Celsius {})(3), /Celsius cannot be copied: the #private members/],
  };
  for (const [name, [value, expected]] of Object.entries(values)) {
    assert.throws(() => ship(() => value), { code: 'ERR_UNSHIPPABLE', message: expected }, name);
  }
});

test('handles, sockets and whatever else belongs to this thread', async () => {
  const file = await open(import.meta.filename);
  const timer = setTimeout(() => undefined, 1);
  const { port1, port2 } = new MessageChannel();
  const detached = new ArrayBuffer(8);
  structuredClone(detached, { transfer: [detached] });
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  const values: Record<string, unknown> = {
    FileHandle: file,
    Timeout: timer,
    Immediate: setImmediate(() => undefined),
    MessagePort: port1,
    Server: createServer(),
    Readable: Readable.from([1]),
    EventEmitter: new EventEmitter(),
    ChildProcess: child,
    AsyncLocalStorage: new AsyncLocalStorage(),
    SecretKeyObject: createSecretKey(Buffer.from('key')),
    Hash: createHash('sha1'),
    Headers: new Headers(),
    Blob: new Blob([]),
    Response: new Response(''),
    AsyncGenerator: (async function* () {})(),
    FinalizationRegistry: new FinalizationRegistry(() => undefined),
    AbortController: new AbortController(),
    Symbol: Object(Symbol('boxed')),
    WeakMap: new WeakMap(),
  };
  for (const [name, value] of Object.entries(values)) {
    const held = { value };
    refused(() => held, new RegExp(`-> held\\.value: ${name} cannot be copied\\. Create it inside`));
  }
  refused(() => detached, /-> detached: it cannot be copied \(.*detached/);
  refused(() => proxy, /-> proxy: a Proxy cannot be copied/);
  port1.close();
  port2.close();
  clearTimeout(timer);
  child.kill();
  await file.close();
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
  const parent = { rate: 2 };
  const child = {
    __proto__: parent,
    times(x: number): number {
      return x * super.rate;
    },
  };
  refused(child.times, /times: it uses `super`, and a method shipped alone has no parent/);
  refused(
    function (this: unknown) {
      return () => this;
    }.call(3),
    /uses the `this` of the code around it\. Use a variable instead/,
  );
  refused(
    new Function('o', 'return function find() { with (o) { return x; } }')({}),
    /find: it calls eval or uses `with`/,
  );
  function Made() {
    return () => new.target;
  }
  refused(Reflect.construct(Made, []), /uses the `new.target`/);
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
