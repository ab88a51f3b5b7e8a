import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import vm from 'node:vm';
import { describeError, reviveError, type WireError } from '../../src/values/index.js';

/** There and back, over the border between threads. */
const trip = (error: unknown): unknown => reviveError(structuredClone(describeError(error)) as WireError);
const tripError = (error: unknown) => trip(error) as Error & { [name: string]: unknown };

class PriceError extends Error {
  readonly code = 'E_PRICE';
  readonly detail = { rows: [1, 2], at: new Date(0) };
}

describe('wire error', () => {
  it('keeps class name, message, stack, code and own properties', () => {
    const error = new PriceError('too low');
    const revived = tripError(error);
    assert.ok(revived instanceof Error);
    assert.equal(revived.name, 'PriceError');
    assert.equal(revived.message, 'too low');
    assert.equal(revived.stack, error.stack);
    assert.equal(revived.code, 'E_PRICE');
    assert.deepEqual(revived.detail, error.detail);
    assert.deepEqual(Object.keys(revived).sort(), ['code', 'detail']);
  });

  it('keeps a name that was set', () => {
    const error = Object.assign(new PriceError('x'), { name: 'Renamed' });
    assert.equal(tripError(error).name, 'Renamed');
  });

  it('gives back the classes of the language', () => {
    for (const ErrorClass of [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError]) {
      const revived = tripError(new ErrorClass('x'));
      assert.ok(revived instanceof ErrorClass);
      assert.equal(revived.name, ErrorClass.name);
    }
    // No class, though every object has one of this name.
    const odd = tripError(Object.assign(new Error('x'), { name: 'toString' }));
    assert.equal(odd.name, 'toString');
    assert.equal(Object.getPrototypeOf(odd), Error.prototype);
  });

  it('gives a class that extends one of the language that one', () => {
    class RateError extends RangeError {
      override name = 'RateError';
    }
    const revived = tripError(new RateError('x'));
    assert.ok(revived instanceof RangeError);
    assert.equal(revived.name, 'RateError');
    // A name makes no class.
    const named = tripError(Object.assign(new Error('x'), { name: 'TypeError' }));
    assert.equal(named.name, 'TypeError');
    assert.equal(Object.getPrototypeOf(named), Error.prototype);
  });

  it('keeps a list of errors on an error that is no AggregateError', () => {
    const revived = tripError(Object.assign(new Error('x'), { errors: [new TypeError('one')] }));
    assert.equal(Object.getPrototypeOf(revived), Error.prototype);
    assert.ok((revived.errors as unknown[])[0] instanceof TypeError);
  });

  it('keeps the chain of causes, errors or not', () => {
    const error = new Error('a', { cause: new RangeError('b', { cause: { plain: [1] } }) });
    const revived = tripError(error);
    assert.ok(revived.cause instanceof RangeError);
    assert.deepEqual(revived.cause.cause, { plain: [1] });
    assert.equal('cause' in tripError(new Error('none')), false);
  });

  it('keeps the errors of an AggregateError', () => {
    const revived = tripError(new AggregateError([new TypeError('one'), 'two'], 'both'));
    assert.ok(revived instanceof AggregateError);
    assert.equal(revived.message, 'both');
    assert.ok(revived.errors[0] instanceof TypeError);
    assert.equal(revived.errors[1], 'two');
  });

  it('stands errors that are their own cause', () => {
    const error = new Error('round') as Error & { cause?: unknown; self?: unknown };
    error.cause = error;
    error.self = error;
    assert.equal(tripError(error).message, 'round');
    assert.equal((tripError(error).cause as Error).message, 'round');
  });

  it('sends values that are no errors as they are, or as text', () => {
    for (const value of ['text', '', 5, Number.NaN, -0, 10n, true, null, undefined]) {
      assert.ok(Object.is(trip(value), value), inspect(value));
    }
    assert.deepEqual(trip({ status: 404 }), { status: 404 });
    const circular: { me?: unknown } = {};
    circular.me = circular;
    const back = trip(circular) as { me: unknown };
    assert.equal(back.me, back);
    assert.equal(trip(Symbol('s')), 'Symbol(s)');
    assert.match(String(trip(() => 1)), /Function/);
    assert.match(String(trip(new Proxy({}, { ownKeys: () => assert.fail('looked into') }))), /./);
  });

  it('sends text for properties that cannot be sent', () => {
    const error = Object.assign(new Error('x'), { fn: () => 1, symbol: Symbol('s'), ok: new Map([[1, 2]]) });
    const revived = tripError(error);
    assert.match(String(revived.fn), /Function/);
    assert.equal(revived.symbol, 'Symbol(s)');
    assert.deepEqual(revived.ok, new Map([[1, 2]]));
  });

  it('survives getters that throw, and text that throws', () => {
    const error = new Error('x');
    const boom = {
      enumerable: true,
      get() {
        throw new Error('boom');
      },
    };
    Object.defineProperties(error, { detail: boom, stack: boom, cause: boom, name: boom, code: boom });
    Object.assign(error, {
      untold: {
        fn: () => 1,
        [inspect.custom]() {
          throw new Error('no');
        },
      },
    });
    const revived = tripError(error);
    assert.equal(revived.message, 'x');
    assert.match(String(revived.detail), /detail cannot be read: .*boom/s);
    assert.equal(revived.untold, '[no text]');
    class Hostile extends Error {
      override get message(): string {
        throw new Error('no message');
      }
    }
    assert.match(tripError(new Hostile()).message, /message cannot be read/);
  });

  it('takes frozen errors, DOMExceptions and errors of other realms', () => {
    assert.equal(tripError(Object.freeze(new PriceError('cold'))).code, 'E_PRICE');
    const abort = tripError(new DOMException('stop', 'AbortError'));
    assert.deepEqual([abort.name, abort.message, abort.code], ['AbortError', 'stop', 20]);
    const foreign = tripError(vm.runInNewContext(`Object.assign(new TypeError('far'), { code: 'E_FAR' })`));
    assert.ok(foreign instanceof TypeError);
    assert.equal(foreign.code, 'E_FAR');
  });

  it('cannot be used to change prototypes', () => {
    const error = new Error('x');
    Object.defineProperty(error, '__proto__', { value: { polluted: true }, enumerable: true });
    assert.equal(Object.getPrototypeOf(tripError(error)), Error.prototype);
  });
});
