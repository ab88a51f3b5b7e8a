import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as front from 'apply-parallel';
import { receive, restoreState, ship, shipState } from '#dist/ship/index.js';
import { roundTrip } from './support/round-trip.mjs';

class Scaler {
  readonly #mean: number;
  readonly #offsets: ReadonlyMap<string, number>;
  constructor(mean: number, offsets: ReadonlyMap<string, number> = new Map()) {
    this.#mean = mean;
    this.#offsets = offsets;
  }
  scale(x: number, name = ''): number {
    return x - this.#mean + (this.#offsets.get(name) ?? 0);
  }
  get offsets() {
    return this.#offsets;
  }
  [shipState]() {
    return { mean: this.#mean, offsets: this.#offsets };
  }
  static [restoreState]({ mean, offsets }: { mean: number; offsets: Map<string, number> }) {
    return new this(mean, offsets);
  }
}

test('instances with #private members travel through the two methods', async () => {
  const offsets = new Map([['a', 100]]);
  const scaler = new Scaler(2, offsets);
  const nested = { list: [scaler] };
  const answer = await roundTrip(() => [
    scaler.scale(5, 'a'),
    nested.list[0] === scaler,
    scaler.offsets === offsets,
    scaler instanceof Scaler,
  ]);
  assert.deepEqual(answer, [103, true, true, true]);
});

test('subclasses come back as themselves; symbols of the registry do', async () => {
  class Doubling extends Scaler {
    override scale(x: number): number {
      return super.scale(x) * 2;
    }
  }
  const doubling = new Doubling(1);
  assert.deepEqual(await roundTrip(() => [doubling.scale(4), doubling instanceof Doubling]), [6, true]);
  class Plain {
    #x = 4;
    read() {
      return this.#x;
    }
    [Symbol.for('apply-parallel.ship')]() {
      return this.#x;
    }
    static [Symbol.for('apply-parallel.restore')](x: number) {
      const made = new Plain();
      made.#x = x + 1;
      return made;
    }
  }
  const plain = new Plain();
  assert.equal(await roundTrip(() => plain.read()), 5);
});

test('the state may hold anything that travels, other instances too', async () => {
  const rate = 3;
  class Box {
    readonly #content: unknown;
    constructor(content: unknown) {
      this.#content = content;
    }
    open(): unknown {
      return this.#content;
    }
    [shipState]() {
      return [this.#content];
    }
    static [restoreState]([content]: [unknown]) {
      return new Box(content);
    }
  }
  const box = new Box(new Box({ call: (x: number) => x * rate }));
  const answer = await roundTrip(() => {
    const inner = box.open() as Box;
    return (inner.open() as { call(x: number): number }).call(2);
  });
  assert.equal(answer, 6);
});

test('what goes wrong is told with the path', () => {
  class Half {
    #x = 1;
    [shipState]() {
      return this.#x;
    }
  }
  const half = { value: new Half() };
  assert.throws(() => ship(() => half), {
    code: 'ERR_UNSHIPPABLE',
    message:
      /half\.value: Half says what it is made of, but not how .*static \[Symbol\.for\('apply-parallel\.restore'\)\]/,
  });
  class Broken extends Scaler {
    override [shipState](): never {
      throw new Error('no state');
    }
  }
  const broken = new Broken(1);
  assert.throws(() => ship(() => broken), {
    code: 'ERR_UNSHIPPABLE',
    message: /broken: .* threw Error: no state/,
  });
  class Selfish {
    #self = this;
    [shipState]() {
      return { me: this.#self };
    }
    static [restoreState]() {
      return new Selfish();
    }
  }
  const selfish = new Selfish();
  assert.throws(() => ship(() => selfish), {
    code: 'ERR_UNSHIPPABLE',
    message: /selfish: the state of Selfish leads back to the instance/,
  });
  class Closed {
    #x = 1;
    read() {
      return this.#x;
    }
  }
  const closed = new Closed();
  assert.throws(() => ship(() => closed), {
    code: 'ERR_UNSHIPPABLE',
    message:
      /Closed cannot be copied: the #private members .*Symbol\.for\('apply-parallel\.ship'\).*Symbol\.for\('apply-parallel\.restore'\)/,
  });
});

test('the names are public', async () => {
  assert.equal(front.shipState, Symbol.for('apply-parallel.ship'));
  assert.equal(front.restoreState, Symbol.for('apply-parallel.restore'));
  const scaler = new Scaler(1);
  const fn = await receive(structuredClone(ship(() => scaler.scale(3))));
  assert.equal(fn(), 2);
});
