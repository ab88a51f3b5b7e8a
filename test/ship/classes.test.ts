import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hash } from '#dist/index.js';
import { receive, ship } from '#dist/ship/index.js';
import { roundTrip } from './support/round-trip.mjs';

const computedKey: unique symbol = Symbol('computed');

class Color {
  static RED = new Color('red');
  static BLUE = new Color('blue');
  static readonly byName = new Map<string, Color>();
  static #cache = new Map<string, Color>();
  static #zero = 0;
  static [computedKey]: { self?: unknown } = { self: undefined };
  static ran = 0;
  static {
    Color.ran++;
  }
  static make = (name: string): Color => new this(name);

  constructor(readonly name: string) {}

  static put(name: string, color: Color): void {
    Color.#cache.set(name, color);
    Color.#zero = -0;
  }
  static find(name: string): Color | undefined {
    return Color.#cache.get(name);
  }
  static isNegative(): boolean {
    return Object.is(Color.#zero, -0);
  }
  static shout(): string {
    return 'static';
  }
  shout(): string {
    return this.name.toUpperCase();
  }
}

Color.put('red', Color.RED);
Color.byName.set('blue', Color.BLUE);
const computed = Color[computedKey];
computed.self = Color;
const red = Color.RED;

test('a captured member is the static field', async () => {
  assert.deepEqual(
    await roundTrip(() => [red === Color.RED, red === Color.BLUE, red instanceof Color, red.shout()]),
    [true, false, true, 'RED'],
  );
});

test('static maps that were filled later, public and private', async () => {
  assert.deepEqual(
    await roundTrip(() => [
      Color.find('red') === red,
      Color.byName.get('blue') === Color.BLUE,
      Color.isNegative(),
    ]),
    [true, true, true],
  );
});

test('computed static fields, and cycles through the class', async () => {
  assert.equal(await roundTrip(() => Color[computedKey] === computed && computed.self === Color), true);
});

test('static blocks do not run again; functions that need the class are made by it', async () => {
  assert.deepEqual(await roundTrip(() => [Color.ran, Color.make('green').name, Object.keys(Color).join()]), [
    1,
    'green',
    Object.keys(Color).join(),
  ]);
});

test('methods are the same functions wherever they are used', async () => {
  const methods = new Map<unknown, string>([
    [Color.shout, 'static'],
    [Color.prototype.shout, 'instance'],
  ]);
  assert.deepEqual(await roundTrip(() => [methods.get(Color.shout), methods.get(Color.prototype.shout)]), [
    'static',
    'instance',
  ]);
});

test('members that were added, replaced or deleted after the definition', async () => {
  class Base {
    static kind(): string {
      return 'base';
    }
    level(): number {
      return 1;
    }
    get title(): string {
      return 'title';
    }
    gone?(): void {}
  }
  const { level } = Base.prototype;
  Base.prototype.level = function () {
    return 10 + level.call(this);
  };
  Base.kind = () => 'replaced';
  Object.defineProperty(Base.prototype, 'title', { get: () => 'other', configurable: true });
  Object.defineProperty(Base.prototype, 'added', { value: () => 'added', writable: true });
  Reflect.deleteProperty(Base.prototype, 'gone');
  Object.freeze(Base);
  const look = () => {
    const made = new Base();
    const added: unknown = Reflect.get(made, 'added');
    return [
      made.level(),
      Base.kind(),
      made.title,
      typeof added === 'function' && added(),
      'gone' in made,
      Object.isFrozen(Base),
    ];
  };
  assert.deepEqual(look(), [11, 'replaced', 'other', 'added', false, true]);
  assert.deepEqual(await roundTrip(look), look());
});

test('a class that another class needs while it is defined has its static fields', async () => {
  class Names {
    static KEY: symbol = Symbol('key');
    n = 0;
    static prefix = { text: 'made' };
  }
  class User {
    [Names.prefix.text](): string {
      return Names.prefix.text;
    }
    value = Names.prefix;
  }
  assert.equal(await roundTrip(() => (new User() as unknown as { made(): string }).made()), 'made');
});

test('a static field of its own class, with #private members and the two methods', async () => {
  class Unit {
    static readonly all: Unit[] = [];
    static KILO = new Unit(1000);
    #factor: number;
    constructor(factor: number) {
      this.#factor = factor;
      Unit.all.push(this);
    }
    times(x: number): number {
      return x * this.#factor;
    }
    [Symbol.for('apply-parallel.ship')](): number {
      return this.#factor;
    }
    static [Symbol.for('apply-parallel.restore')](factor: number): Unit {
      return Reflect.construct(Unit, [factor]);
    }
  }
  const kilo = Unit.KILO;
  assert.deepEqual(await roundTrip(() => [kilo === Unit.KILO, kilo.times(2)]), [true, 2000]);
});

test('refuses a static field that cannot be copied, by name', () => {
  class Holder {
    static refs = new WeakMap();
    n = 0;
  }
  class Hidden {
    static #hidden = new WeakSet();
    n = 0;
    static has(value: object): boolean {
      return Hidden.#hidden.has(value);
    }
  }
  assert.throws(() => ship(() => Holder.refs), {
    code: 'ERR_UNSHIPPABLE',
    message: /Holder\.refs: WeakMap cannot be copied/,
  });
  assert.throws(() => ship(() => Hidden.has({})), {
    code: 'ERR_UNSHIPPABLE',
    message: /Hidden\.#hidden: WeakSet cannot be copied/,
  });
});

test('comments, strings and line breaks in the way of static members', async () => {
  const make = new Function(`return class Odd {
    x = 1
    static /* a comment */ a = '}; static {'
    static // another
      b() { return 'b' }
    static 'quoted name' = { n: 2 }
    static 7 = [3]
    static ['comp' + 'uted'] = this
    static async *many() { yield 1 }
    static name = 'named'
    static async = 4
    static get = 5; static
    static = 6
    ;static { this.c = \`\${this.a}\` }
    static get d() { return this['quoted name'].n }
  }`);
  const Odd = make();
  const look = () => [
    Odd.a,
    Odd.b(),
    Odd['quoted name'].n,
    Odd[7][0],
    Odd.computed === Odd,
    Odd.name,
    Odd.async,
    Odd.get,
    Odd.static,
    Odd.c,
    Odd.d,
    new Odd().x,
    Object.keys(Odd).join(),
  ];
  assert.deepEqual(await roundTrip(look), look());
});

test('a class that arrived can be sent on', async () => {
  const first = await receive(structuredClone(ship(() => [Color, red])));
  const [Arrived, arrived] = first() as [typeof Color, Color];
  assert.deepEqual(
    await roundTrip(() => [Arrived.RED === arrived, Arrived.find('red') === arrived, Arrived.make('x').name]),
    [true, true, 'x'],
  );
});

test('hash goes by private static fields, too', () => {
  const make = (n: number): unknown => {
    class Box {
      static #n = 0;
      n = 0;
      static set(value: number): void {
        Box.#n = value;
      }
      static get(): number {
        return Box.#n;
      }
    }
    Box.set(n);
    return Box;
  };
  assert.equal(hash(make(1)), hash(make(1)));
  assert.notEqual(hash(make(1)), hash(make(2)));
});
