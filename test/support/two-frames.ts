import assert from 'node:assert/strict';
import { type DataType, Table, type Vector, vectorFromArray } from 'apache-arrow';
import { ApplyError, groupby } from 'apply-parallel';

/* Frames for cogroup: ids of trades and quotes, some of them on one side alone. */

export const trades = {
  id: Int32Array.of(1, 4, 1, 2, 4),
  at: Float64Array.of(10, 11, 30, 20, 50),
};
export const quotes = {
  id: Int32Array.of(3, 1, 4, 1),
  at: Float64Array.of(5, 6, 7, 25),
  price: Float64Array.of(9, 7, 6, 8),
};
export type Trades = { id: Int32Array; at: Float64Array };
export type Quotes = Trades & { price: Float64Array };

export const byTrade = groupby(trades, 'id');
export const byQuote = groupby(quotes, 'id');

/** What assert.throws takes for an invalid option with this message. */
export const invalid = (message: RegExp | string) => (error: unknown) => {
  assert.ok(error instanceof ApplyError);
  assert.equal(error.code, 'ERR_INVALID_OPTION');
  if (typeof message === 'string') assert.equal(error.message, message);
  else assert.match(error.message, message);
  return true;
};

/** A table of one key column. */
export const one = (type: DataType, values: readonly unknown[]): Table =>
  new Table({ k: vectorFromArray(values as never[], type) as Vector });
