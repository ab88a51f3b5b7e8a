import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatLine, formatProgress } from '#dist/progress/index.js';

const progress = {
  unit: 'groups',
  done: 120,
  total: 229,
  rows: { done: 1_500_000, total: 3_000_000 },
  elapsedMs: 4_000,
  isComplete: false,
};

describe('formatProgress', () => {
  it('shows everything where there is room', () => {
    assert.equal(
      formatProgress(progress, 100),
      '[##############--------------]  120/229 groups  1.5M/3M rows  375K rows/s  0:04  0:04 left',
    );
  });

  it('says what the work waits for, and then no counts', () => {
    const waiting = { ...progress, done: 0, rows: undefined, waitsFor: 'starting 2 workers' };
    assert.equal(formatProgress(waiting, 41), '[-------------]  starting 2 workers  0:04');
    assert.equal(formatLine(waiting), 'starting 2 workers, 4.0 s');
  });

  it('draws with line characters where it may', () => {
    const line = formatProgress(progress, 60, { unicode: true });
    assert.match(line, /^━+─+ {2}120\/229 groups/);
  });

  it('colours the bar, and leaves no colour on behind it', () => {
    const line = formatProgress(progress, 100, { unicode: true, colour: true });
    const codes = line
      .split('\x1b')
      .slice(1)
      .map((part) => part.slice(0, part.indexOf('m') + 1));
    assert.deepEqual(codes, ['[32m', '[39m', '[2m', '[22m']);
    const plain = codes.reduce((text, code) => text.replace(`\x1b${code}`, ''), line);
    assert.equal(plain, formatProgress(progress, 100, { unicode: true }));
  });

  it('fits every width, and keeps the groups longest', () => {
    for (let width = 0; width <= 200; width++) {
      const line = formatProgress(progress, width);
      assert.ok(line.length <= width, `${line.length} characters in ${width} columns`);
      if (width >= 14) assert.match(line, /120\/229 groups/);
    }
  });

  it('says nothing of rate and time left before there is anything to go by', () => {
    const start = formatProgress(
      { ...progress, done: 0, rows: { done: 0, total: 3_000_000 }, elapsedMs: 0 },
      120,
    );
    assert.equal(start, '[----------------------------]  0/229 groups  0/3M rows  0:00');
  });

  it('shows no bar and no totals when none are known', () => {
    for (const total of [0, NaN, Infinity]) {
      assert.equal(
        formatProgress({ ...progress, total, rows: { done: 1_500_000, total } }, 100),
        '120 groups  1.5M rows  375K rows/s  0:04',
      );
    }
  });

  it('goes by groups when only their number is known', () => {
    const line = formatProgress(
      { ...progress, done: 30, total: 40, rows: { done: 1_500_000, total: 0 } },
      100,
    );
    assert.match(line, /^\[#{21}-{7}\] {2}30\/40 groups .* 0:01 left$/);
  });

  it('never draws past the end of the bar', () => {
    assert.match(
      formatProgress({ ...progress, rows: { done: 4_000_000, total: 3_000_000 } }, 100),
      /^\[#{28}\] .* 0:00 left$/,
    );
  });

  it('writes long times with hours', () => {
    assert.match(formatProgress({ ...progress, elapsedMs: 3_725_000 }, 120), / 1:02:05 {2}1:02:05 left$/);
  });
});

describe('formatLine', () => {
  it('counts what it is told to count, without rows where there are none', () => {
    const calls = { ...progress, unit: 'calls', rows: undefined };
    assert.equal(formatLine(calls), '120 of 229 calls, 4.0 s, about 3.6 s left');
    assert.equal(formatLine({ ...calls, isComplete: true }), '120 calls, 4.0 s');
    const line = formatProgress({ ...calls, total: Number.POSITIVE_INFINITY }, 100);
    assert.equal(line, '120 calls  0:04');
  });

  it('says how far it is and how long it will take', () => {
    assert.equal(formatLine(progress), '120 of 229 groups, 1.5M of 3M rows, 4.0 s, about 4.0 s left');
  });

  it('says what was done at the end', () => {
    assert.equal(
      formatLine({
        ...progress,
        done: 229,
        rows: { done: 3_000_000, total: 3_000_000 },
        elapsedMs: 12_345,
        isComplete: true,
      }),
      '229 groups, 3M rows, 12 s',
    );
  });
});
