// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ListReader } from '#dist/calls/list-reader.js';
import { ListWriter } from '#dist/calls/list-writer.js';
import { RepeatedArguments } from '#dist/calls/repeated-arguments.js';
import { shipValue } from '#dist/ship/index.js';

const SIZE = 5000;
const large = (size = SIZE): Record<string, number> =>
  Object.fromEntries(Array.from({ length: size }, (_, i) => [`key${i}`, i]));

/** Writes calls as a batch does. Returns their list, and the bytes that were written once. */
function write(calls: readonly (readonly unknown[])[], canChange = false) {
  let bytes = 0;
  const repeated = new RepeatedArguments(
    () => undefined,
    (more) => {
      bytes += more;
    },
  );
  const writer = new ListWriter((value) => shipValue(value, 'a value', []), {
    areArguments: true,
    repeatedIn: (args) => repeated.find(args, canChange),
  });
  for (const args of calls) writer.add(args);
  return { list: writer.finish(), bytes };
}

/** Reads calls back, each twice: as two workers do, or one that runs it again. */
function requireRead(calls: readonly (readonly unknown[])[], list: ReturnType<typeof write>['list']) {
  const reader = new ListReader(list);
  for (let pass = 0; pass < 2; pass++) {
    for (const [k, args] of calls.entries()) assert.deepEqual(reader.read(k), args);
  }
}

describe('a large object that is an argument of several calls', () => {
  it('is written with the first call, and once for all others', () => {
    const object = large();
    const calls = Array.from({ length: 200 }, (_, i) => [object, i]);
    const { list, bytes } = write(calls);
    requireRead(calls, list);
    const one = write(calls.slice(0, 1)).list.bytes.length;
    assert.ok(bytes > 0 && bytes < one * 1.1, `${bytes} bytes once, ${one} for a call`);
    assert.ok(list.bytes.length < one + 200 * 40, `${list.bytes.length} bytes`);
  });

  it('may be an array, a Map, a Set, long texts, nested, or several objects', () => {
    const rows = Array.from({ length: SIZE }, (_, i) => ({ i, name: `row ${i}` }));
    const map = new Map(rows.map((row) => [row.name, row.i]));
    const texts = { text: 'x'.repeat(100_000) };
    const views = { list: rows.map(({ i }) => i), view: Float64Array.of(1, 2), when: new Date(5) };
    const calls = Array.from({ length: 20 }, (_, i) => [
      [rows, i, map],
      [texts, views],
      [new Set(map.keys()), { i }, rows],
    ]).flat();
    const { list, bytes } = write(calls);
    requireRead(calls, list);
    assert.ok(bytes > 0);
    assert.ok(list.shared.length >= 4);
  });

  it('arrives as one object where a call has it twice, and as another one in each call', () => {
    const object = large();
    const reader = new ListReader(write(Array.from({ length: 4 }, () => [object, object])).list);
    const read = [0, 1, 2, 3].map((k) => reader.read(k) as (typeof object)[]);
    for (const [a, b] of read) assert.equal(a, b);
    assert.equal(new Set(read.map(([a]) => a)).size, 4);
    read[1][0].key1 = -1;
    assert.equal(read[2][0].key1, 1);
  });

  it('is written with each call if another argument shares an object with it', () => {
    const part = { n: 1 };
    const object = { ...large(), part };
    const others: [unknown, (other: never) => unknown][] = [
      [part, (other) => other],
      [{ part }, ({ part }: { part: unknown }) => part],
      [[object], ([{ part }]: [{ part: unknown }]) => part],
      [{ list: [object], more: large() }, ({ list }: { list: [{ part: unknown }] }) => list[0].part],
    ];
    for (const [other, partOf] of others) {
      const reader = new ListReader(write(Array.from({ length: 4 }, () => [object, other])).list);
      for (let k = 0; k < 4; k++) {
        const [read, given] = reader.read(k) as [typeof object, never];
        assert.equal(partOf(given), read.part);
      }
    }
  });

  it('is written with each call if it, or another argument, is not plain', () => {
    class Point {
      x = 1;
    }
    const object = large();
    for (const args of [[object, new Point()], [{ ...object, point: new Point() }]]) {
      const { list } = write(Array.from({ length: 4 }, () => args));
      assert.ok(list.layouts.every((layout) => layout === 'graph'));
    }
  });

  it('is written again when it has changed, anywhere in it', () => {
    const view = Int16Array.of(1, 2);
    const inner = { list: [1, undefined, { deep: 1 }], map: new Map([['a', 1]]), set: new Set([1]), view };
    const when = new Date(0);
    const object: Record<string, unknown> = { ...large(), inner, when };
    const { list } = inner;
    const changes: (() => void)[] = [
      () => {
        object.key1 = -0;
      },
      () => {
        object.key1 = 0;
      },
      () => {
        object.more = 1;
      },
      () => {
        delete object.key2;
      },
      () => {
        list.push(3);
      },
      () => {
        (list[2] as { deep: number }).deep = 2;
      },
      () => {
        list[2] = { deep: 2 };
      },
      () => {
        delete list[1];
      },
      () => {
        list[1] = undefined;
      },
      () => {
        Object.assign(list, { more: 1 });
      },
      () => {
        inner.map.set('a', 2);
      },
      () => {
        inner.map.delete('a');
        inner.map.set('b', 2);
      },
      () => {
        inner.set.clear();
        inner.set.add(2);
      },
      () => {
        view[1] = 3;
      },
      () => {
        when.setTime(1);
      },
      () => {
        Object.assign(object, { [Symbol('more')]: 1 });
      },
      () => {
        Object.setPrototypeOf(inner, { more: 1 });
      },
    ];
    const plain = (value: unknown) => structuredClone(value);
    const repeated = new RepeatedArguments(
      () => undefined,
      () => {},
    );
    let once = 0;
    const writer = new ListWriter((value) => shipValue(value, 'a value', []), {
      areArguments: true,
      repeatedIn(args) {
        const found = repeated.find(args, true);
        if (found) once++;
        return found;
      },
    });
    const expected: unknown[] = [];
    const add = () => {
      expected.push(plain(object));
      writer.add([object]);
    };
    // Many calls without a change, so that the changes are a small part of all calls.
    for (let k = 0; k < 80; k++) add();
    assert.equal(once, 79);
    for (const [k, change] of changes.entries()) {
      change();
      once = 0;
      add();
      assert.equal(once, 0, `change ${k} was not noticed: ${change}`);
      add();
      add();
    }
    const reader = new ListReader(writer.finish());
    for (const [k, value] of expected.slice(0, -6).entries()) {
      assert.deepEqual(reader.read(k), [value], `call ${k}`);
    }
  });

  it('is written with each call if it changes all the time', () => {
    const object = large();
    let bytes = 0;
    const repeated = new RepeatedArguments(
      () => undefined,
      (more) => {
        bytes += more;
      },
    );
    for (let k = 0; k < 40; k++) {
      object.key0 = k;
      repeated.find([object], true);
    }
    const first = bytes;
    for (let k = 0; k < 40; k++) repeated.find([object], true);
    assert.equal(bytes, first);
  });

  it('may be a field of a fresh object, beside what differs from call to call', () => {
    const [index, other] = [large(), large()];
    const calls: unknown[][] = [0, 1, 2, 3, 4, 5].flatMap((i) => [
      [{ index, i }],
      [Object.freeze({ i, index, list: [i] }), other],
      [JSON.parse('{"__proto__": 1}'), { index, other, i }],
    ]);
    const { list, bytes } = write(calls, true);
    requireRead(calls, list);
    const one = write([[index]]).list.bytes.length;
    assert.ok(bytes > one && bytes < one * 2.2, `${bytes} bytes once, ${one} for a call`);
    assert.ok(list.bytes.length < 3 * one, `${list.bytes.length} bytes`);
  });

  it('arrives as one object where a call has it in several places, however these are named', () => {
    const object = large();
    const options = { object, i: 1 };
    const shapes: [unknown[], (args: never) => [unknown, unknown]][] = [
      [[object, options], ([a, { object: b }]: [unknown, typeof options]) => [a, b]],
      [[options, options], ([a, b]: unknown[]) => [a, b]],
      [[options, [options]], ([a, [b]]: [unknown, unknown[]]) => [a, b]],
      [[options, [object]], ([{ object: a }, [b]]: [typeof options, unknown[]]) => [a, b]],
      [
        [{ object, again: object }],
        ([{ object: a, again: b }]: [{ object: unknown; again: unknown }]) => [a, b],
      ],
    ];
    for (const [args, pair] of shapes) {
      const reader = new ListReader(write(Array.from({ length: 4 }, () => args)).list);
      for (let k = 0; k < 4; k++) {
        const [a, b] = pair(reader.read(k) as never);
        assert.equal(a, b);
      }
    }
  });

  it('is not kept alive', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const repeated = new RepeatedArguments(
      () => undefined,
      () => {},
    );
    let collected = 0;
    const registry = new FinalizationRegistry(() => collected++);
    for (let k = 0; k < 40; k++) {
      const object = large(1100);
      registry.register(object, k);
      for (let call = 0; call < 3; call++) repeated.find([object, { object }], true);
    }
    for (let turn = 0; turn < 50 && collected < 30; turn++) {
      collect();
      await new Promise(setImmediate);
    }
    assert.ok(collected >= 30, `${collected} of 40 collected`);
  });

  it('is remembered among few others only', () => {
    const objects = Array.from({ length: 70 }, () => large(1100));
    const calls = [...objects, ...objects].map((object) => [object]);
    const { list, bytes } = write(calls);
    requireRead(calls, list);
    assert.equal(bytes, 0);
  });
});
