import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BatchSizer } from '../../src/run/batch-sizer.js';

describe('batch sizer', () => {
  it('begins with one index, whatever there is', () => {
    assert.equal(new BatchSizer(2).next(300_000), 1);
    assert.equal(new BatchSizer(2).next(0), 1);
  });

  it('grows towards ten milliseconds of work, eightfold at the most', () => {
    const sizer = new BatchSizer(2);
    sizer.record(1, 0.001);
    assert.equal(sizer.next(1e6), 8);
    sizer.record(8, 0.008);
    assert.equal(sizer.next(1e6), 64);
    sizer.record(64, 6.4);
    assert.equal(sizer.next(1e6), 100);
  });

  it('shrinks at once', () => {
    const sizer = new BatchSizer(2);
    for (let i = 0; i < 4; i++) sizer.record(sizer.next(1e6), 0);
    sizer.record(100, 1000);
    assert.equal(sizer.next(1e6), 1);
  });

  it('stays finite where nothing takes time', () => {
    const sizer = new BatchSizer(2);
    for (let i = 0; i < 400; i++) sizer.record(sizer.next(1e9), 0);
    assert.ok(Number.isFinite(sizer.next(1e9)));
  });

  it('takes half a fair share at the most, so that workers end together', () => {
    const sizer = new BatchSizer(4);
    for (let i = 0; i < 10; i++) sizer.record(sizer.next(1e9), 0);
    assert.equal(sizer.next(80), 10);
    assert.equal(sizer.next(7), 1);
  });

  it('leaves a fixed size alone', () => {
    const sizer = new BatchSizer(2, 50);
    sizer.record(50, 1e6);
    assert.equal(sizer.next(3), 50);
  });
});
