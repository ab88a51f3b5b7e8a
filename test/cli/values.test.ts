import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  Bool,
  Dictionary,
  Field,
  Float64,
  Int32,
  Int64,
  Schema,
  TimestampMillisecond,
  Utf8,
} from 'apache-arrow';
import { UsageError } from '#dist/cli/usage-error.js';
import { columnNames, namedValues, parseTests, whereOf, wholeNumber } from '#dist/cli/values.js';

const schema = new Schema([
  new Field('store', new Utf8()),
  new Field('category', new Dictionary(new Utf8(), new Int32())),
  new Field('price', new Float64()),
  new Field('id', new Int64()),
  new Field('open', new Bool()),
  new Field('at', new TimestampMillisecond()),
]);
const where = (...tests: string[]) => whereOf(parseTests(tests), schema);
const misuse = (run: () => unknown, message: RegExp) =>
  assert.throws(run, (error) => error instanceof UsageError && message.test(error.message));

describe('namedValues', () => {
  it('reads JSON, and text that is no JSON', () => {
    assert.deepEqual(
      namedValues('--set', [
        'rate=0.2',
        'on=true',
        'weights=[1,2]',
        'name=x y',
        'code="7"',
        'none=null',
        'eq=a=b',
        'e=',
      ]),
      { rate: 0.2, on: true, weights: [1, 2], name: 'x y', code: '7', none: null, eq: 'a=b', e: '' },
    );
  });

  it('keeps whole numbers that no number holds', () =>
    assert.deepEqual(namedValues('--set', ['id=9007199254740993']), { id: 9007199254740993n }));

  it('names what has no equals sign', () => {
    misuse(() => namedValues('--set', ['rate']), /^--set takes NAME=VALUE, got rate$/);
    misuse(() => namedValues('--set', ['=1']), /^--set takes NAME=VALUE, got =1$/);
  });
});

describe('whereOf', () => {
  it('reads conditions, with values of the columns’ types', () => {
    assert.deepEqual(
      where('store=7', 'category!=true', 'price>=10', 'price<20.5', 'open=true', 'at>2024-01-02'),
      {
        store: { eq: '7' },
        category: { ne: 'true' },
        price: { gte: 10, lt: 20.5 },
        open: { eq: true },
        at: { gt: '2024-01-02' },
      },
    );
    assert.deepEqual(where('id=9007199254740993', 'store="a b"', 'category=null'), {
      id: { eq: 9007199254740993n },
      store: { eq: 'a b' },
      category: { eq: null },
    });
    assert.deepEqual(where('store=["A","7"]', 'price != null'), { store: ['A', '7'], price: { ne: null } });
  });

  it('refuses conditions that contradict or repeat each other', () => {
    misuse(
      () => where('store=A', 'store=B'),
      /^--where store: all conditions must hold; .*store=\["a","b"\]/,
    );
    misuse(() => where('store=["A"]', 'store!=B'), /^--where store: all/);
    misuse(() => where('store>=["A"]'), /^--where store: all/);
    misuse(() => where('store'), /^--where takes a column and a condition, such as 'price>=10', got store$/);
  });
});

it('columnNames divides at commas, unless a column has one in its name', () => {
  assert.deepEqual(columnNames(['a,b', 'c'], ['a', 'b', 'c']), ['a', 'b', 'c']);
  assert.deepEqual(columnNames(['a,b'], ['a,b']), ['a,b']);
  assert.deepEqual(columnNames(['a, b'], []), ['a', 'b']);
});

it('wholeNumber reads whole numbers from a least one on', () => {
  assert.equal(wholeNumber('-n', '10', 0), 10);
  assert.equal(wholeNumber('--jobs', '-1', Number.NEGATIVE_INFINITY), -1);
  for (const text of ['1.5', 'x', '', '1e3', '99999999999999999999']) {
    misuse(
      () => wholeNumber('--jobs', text, Number.NEGATIVE_INFINITY),
      /^--jobs must be a whole number, got/,
    );
  }
  misuse(() => wholeNumber('-n', '-1', 0), /^-n must be a whole number from 0 on, got -1$/);
});
