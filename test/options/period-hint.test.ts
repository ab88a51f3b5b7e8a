import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { periodHint } from '#dist/options/period-hint.js';

const units = ['ns', 'us', 'ms', 's', 'm', 'min', 'h', 'd', 'w', 'mo', 'q', 'y'];
const fixed = units.slice(0, 9);
const meant = (text: unknown, allowed = units) => /did you mean (.*)\?$/.exec(periodHint(text, allowed))?.[1];

describe('periodHint', () => {
  it('translates the units of pandas', () => {
    for (const [text, period] of [
      ['1D', "'1d'"],
      ['D', "'1d'"],
      ['15T', "'15min'"],
      ['2H', "'2h'"],
      ['30S', "'30s'"],
      ['W', "'1w'"],
      ['MS', "'1mo'"],
      ['ME', "'1mo'"],
      ['2QS', "'2q'"],
      ['YS', "'1y'"],
      ['W-MON', "'1w' and { weekStart: 'tuesday' }"],
    ]) {
      assert.equal(meant(text), period, text);
    }
  });

  it('reads words, capitals and units without a number', () => {
    for (const [text, period] of [
      ['1 day', "'1d'"],
      ['2 Hours', "'2h'"],
      ['month', "'1mo'"],
      ['min', "'1min'"],
      ['1MO', "'1mo'"],
      ['h', "'1h'"],
    ]) {
      assert.equal(meant(text), period, text);
    }
  });

  it('says nothing where nothing is near', () => {
    for (const text of ['B', '1.5h', '0d', '-1d', 'constructor', '', 5, null]) {
      assert.equal(periodHint(text, units), '', String(text));
    }
  });

  it('keeps to the units that are allowed', () => {
    assert.equal(meant('7D', fixed), "'7d'");
    assert.equal(periodHint('MS', fixed), '');
    assert.equal(periodHint('W-MON', fixed), '');
  });
});
