import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withValues } from '#dist/cli/set-values.js';
import { UsageError } from '#dist/cli/usage-error.js';

type Options = { readonly rate?: number; readonly 'unit-price'?: number };

describe('--set', () => {
  const refuses = (fn: (...args: never[]) => unknown, text: string, message: string) =>
    assert.throws(
      () => withValues(fn, [text]),
      (error) => error instanceof UsageError && error.message === message,
    );
  const call = (fn: (...args: never[]) => unknown, ...texts: string[]): unknown =>
    (withValues(fn, texts) as unknown as (...args: unknown[]) => unknown)('group', 'context');

  it('gives the values to the second parameter', () => {
    const fn = (group: string, { rate = 1, 'unit-price': price = 2 }: Options, context: string) => [
      group,
      rate,
      price,
      context,
    ];
    assert.deepEqual(call(fn, 'rate=3'), ['group', 3, 2, 'context']);
    assert.deepEqual(call(fn, 'unit-price=3'), ['group', 1, 3, 'context']);
    assert.deepEqual(
      call((group: string, context: string) => [group, context]),
      ['group', 'context'],
    );
  });

  it('refuses names that the function does not take', () => {
    const scale = (_: string, { rate }: Options) => rate;
    refuses(scale, 'rat=2', '--set: the function scale takes no value rat; did you mean rate?');
    refuses(scale, 'colour=2', '--set: the function scale takes no value colour; it takes rate');
    const count = (group: string) => group.length;
    const advice = 'takes no values; write it as (group, { rate }) => …';
    refuses(count, 'rate=2', `--set rate: the function count ${advice}`);
  });

  it('passes what it cannot judge', () => {
    const whole = (_: string, options: { readonly [name: string]: unknown }) => options.any;
    const open = (_: string, { rate, ...others }: { readonly [name: string]: unknown }) => rate ?? others.any;
    const all = (...args: unknown[]) => (args[1] as { any: number }).any;
    const old = function () {
      // biome-ignore lint/complexity/noArguments: functions of old programs
      return arguments[1].any;
    };
    for (const fn of [whole, open, all, old, whole.bind(undefined)]) assert.equal(call(fn, 'any=2'), 2);
  });
});
