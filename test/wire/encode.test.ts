import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { codecsApart, valueCodecs } from '#dist/codecs/index.js';
import { receive, ship } from '#dist/ship/index.js';
import { describeError, reviveError } from '#dist/values/index.js';
import { byteLengthOf, decode, encode, encodeWhole, WIRE_VERSION } from '#dist/wire/index.js';

const trip = <T>(value: T): T => decode(encodeWhole(value)) as T;

describe('encode and decode', () => {
  it('carry what structured clone carries', () => {
    const value = {
      numbers: [0, -0, Number.NaN, 1n << 70n, undefined, null, true],
      text: ['a', '\ud800', '😀'],
      map: new Map<unknown, unknown>([[{ key: 1 }, new Set([1])]]),
      date: new Date(5),
      pattern: /x/giu,
      hole: Object.assign(new Array<number>(3), { 2: 1 }),
    };
    assert.deepEqual(trip(value), value);
    assert.equal(trip(undefined), undefined);
  });

  it('keep identity inside one payload: objects, and the memory of views', () => {
    const one = { a: 1 };
    const memory = new ArrayBuffer(64);
    const value = { one, same: one, all: new Uint8Array(memory), part: new Float64Array(memory, 16, 2) };
    const arrived = trip(value);
    assert.equal(arrived.one, arrived.same);
    assert.equal(arrived.all.buffer, arrived.part.buffer);
    arrived.all.fill(0);
    arrived.part[0] = 1.5;
    assert.deepEqual(new Float64Array(arrived.all.slice(16, 24).buffer)[0], 1.5);
    assert.equal(new Float64Array(memory)[2], 0, 'nothing is shared with the sender');
  });

  it('leave out the memory between views, also behind one without bytes', () => {
    const memory = new ArrayBuffer(1 << 20);
    const value = { none: new Uint8Array(memory, 0, 0), last: new Uint8Array(memory, memory.byteLength - 8) };
    assert.ok(byteLengthOf(encode(value)) < 1000);
    assert.deepEqual(trip(value), { none: new Uint8Array(0), last: new Uint8Array(8) });
  });

  it('copy views of shared memory, at any offset and of any type', () => {
    const memory = new SharedArrayBuffer(80);
    const bytes = new Uint8Array(memory).map((_, k) => k);
    new Uint8Array(memory).set(bytes);
    const value = [
      new Uint8Array(memory, 3, 5),
      new Int32Array(memory, 4, 3),
      new BigInt64Array(memory, 64, 2),
      Buffer.from(memory, 9, 2),
      new DataView(memory, 33, 1),
      new Float32Array(0),
    ];
    const arrived = trip(value);
    assert.deepEqual(arrived, [
      Uint8Array.of(3, 4, 5, 6, 7),
      new Int32Array(bytes.slice(4, 16).buffer),
      new BigInt64Array(bytes.slice(64, 80).buffer),
      Buffer.of(9, 10),
      new DataView(bytes.slice(33, 34).buffer),
      new Float32Array(0),
    ]);
  });

  it('write only the ranges of a buffer that views show, each byte once', () => {
    const memory = new ArrayBuffer(1e6);
    const parts = encode([new Uint8Array(memory, 10, 100), new Uint8Array(memory, 50, 100)]);
    assert.ok(byteLengthOf(parts) < 500, String(byteLengthOf(parts)));
    assert.ok(
      parts.some(({ buffer }) => buffer === memory),
      'memory is not copied before it is sent',
    );
  });

  it('give views buffers of their own where they are to be kept', () => {
    const memory = new Float64Array(8);
    const given = {
      small: Uint8Array.of(1, 2),
      of: [memory.subarray(0, 4), memory.subarray(2)],
      big: new Uint8Array(1e5),
    };
    const bytes = encodeWhole(given);
    const { small, of, big } = decode(bytes, { copies: true }) as typeof given;
    assert.deepEqual({ small, of, big }, given);
    assert.ok(small.buffer.byteLength <= 8);
    assert.equal(of[0].buffer, of[1].buffer);
    assert.ok([small, ...of, big].every(({ buffer }) => buffer !== bytes.buffer));
  });

  it('read bytes at an odd offset', () => {
    const bytes = encodeWhole(Float64Array.of(1, 2));
    const moved = new Uint8Array(bytes.length + 3);
    moved.set(bytes, 3);
    assert.deepEqual(decode(moved.subarray(3)), Float64Array.of(1, 2));
  });

  it('carry errors with class, cause and properties', () => {
    const cause = new TypeError('inner');
    const thrown = Object.assign(new RangeError('outer', { cause }), { row: 7, at: Float64Array.of(1) });
    const error = reviveError(trip(describeError(thrown))) as typeof thrown;
    assert.ok(error instanceof RangeError);
    assert.ok(error.cause instanceof TypeError);
    assert.deepEqual([error.message, error.row, error.at], ['outer', 7, Float64Array.of(1)]);
    assert.equal(error.stack, thrown.stack);
  });

  it('refuse what structured clone refuses, and a bare SharedArrayBuffer', () => {
    assert.throws(() => encode({ fn: () => 1 }), { name: 'TypeError', message: /could not be cloned/ });
    assert.throws(() => encode([new SharedArrayBuffer(8)]), {
      name: 'TypeError',
      message: /SharedArrayBuffer could not be cloned: processes do not share memory/,
    });
  });

  it('refuse bytes of another version, cut off, or of something else', () => {
    const bytes = encodeWhole({ a: Float64Array.of(1) });
    const newer = bytes.slice();
    newer[4] = 99;
    assert.throws(() => decode(newer), {
      code: 'ERR_UNSUPPORTED',
      message: `another process has sent bytes in version 99 of the wire format, and this one reads version ${WIRE_VERSION}: use the same version of apply-parallel in both`,
    });
    for (const length of [0, 10, 30, bytes.length - 8]) {
      assert.throws(() => decode(bytes.slice(0, length)), {
        code: 'ERR_UNSUPPORTED',
        message: /cut off|end before/,
      });
    }
    assert.throws(() => decode(Buffer.alloc(64, 'x')), /no bytes that apply-parallel has encoded/);
  });
});

describe('a shipped function as bytes', () => {
  it('arrives with what it uses: large buffers, shared objects, classes', async () => {
    const weights = new Float64Array(20_000).fill(2);
    const whole = new Float32Array(weights.buffer);
    class Scale {
      #by = 3;
      of(x: number): number {
        return x * this.#by;
      }
    }
    const labels = new Map([['a', { at: 1 }]]);
    const fn = (x: number) => {
      weights[0] = 4;
      return [weights[1] * new Scale().of(x), labels.get('a')?.at, whole.buffer === weights.buffer, whole[1]];
    };
    const codecs = codecsApart('child processes');
    const arrived = await receive(trip(ship(fn, codecs)), codecs);
    assert.deepEqual(arrived(5), [30, 1, true, new Float32Array(Float64Array.of(4).buffer)[1]]);
    assert.equal(weights[0], 2);
    assert.deepEqual(
      await receive(
        ship(() => 1, codecs),
        valueCodecs,
      ).then((own) => own()),
      1,
    );
  });
});
