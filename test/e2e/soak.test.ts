import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';

const script = join(import.meta.dirname, '..', '..', 'scripts', 'soak.js');

describe('a soak', () => {
  it('of calls with random faults: every answer right, memory and threads as before', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script, '1500', '0.01'], {
      timeout: 240_000,
      killSignal: 'SIGKILL',
    });
    const measures = JSON.parse(stdout) as { residentMB: number; threads: number }[];
    const [first, last] = [measures[2], measures[measures.length - 1]];
    assert.ok(last.residentMB < first.residentMB + 100, stdout);
    assert.ok(last.threads <= first.threads, stdout);
  });
});
