import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { describe, it } from 'node:test';
import { cpuCount, effectiveNJobs } from 'apply-parallel';
import { cgroupCpus } from '../../src/options/cpu-count.js';

const system = (files: { readonly [name: string]: string | undefined }) => (path: string) =>
  files[`${path.split('/').at(-1)}`];

describe('cpuCount', () => {
  it('is at least one, and no more than the system gives', () => {
    assert.ok(cpuCount() >= 1 && cpuCount() <= availableParallelism());
    assert.equal(effectiveNJobs(-1), cpuCount());
  });

  it('knows the quota of a container', () => {
    assert.equal(cgroupCpus(system({ 'cpu.max': '150000 100000\n' })), 1.5);
    assert.equal(cgroupCpus(system({ 'cpu.cfs_quota_us': '400000\n', 'cpu.cfs_period_us': '100000\n' })), 4);
    for (const none of [
      {},
      { 'cpu.max': 'max 100000\n' },
      { 'cpu.max': '' },
      { 'cpu.cfs_quota_us': '-1\n', 'cpu.cfs_period_us': '100000\n' },
      { 'cpu.cfs_quota_us': '100000\n' },
    ]) {
      assert.equal(cgroupCpus(system(none)), Number.POSITIVE_INFINITY);
    }
  });
});
