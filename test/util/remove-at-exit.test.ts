import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { runScript } from '../support/child.js';

const folder = mkdtempSync(join(tmpdir(), 'remove-at-exit-'));
after(() => rmSync(folder, { recursive: true, force: true }));

describe('removeAtExit', () => {
  it('removes a folder into which a worker writes until it is gone', async () => {
    const own = join(folder, 'own');
    mkdirSync(own);
    const end = await runScript(`
      import { Worker } from 'node:worker_threads';
      import { removeAtExit } from '#dist/util/index.js';
      removeAtExit(${JSON.stringify(own)});
      const worker = new Worker(\`
        const { writeFileSync } = require('node:fs');
        const { join } = require('node:path');
        let written = 0;
        try {
          while (written < 100_000) {
            writeFileSync(join(${JSON.stringify(own)}, 'part' + written++), '');
            if (written === 200) require('node:worker_threads').parentPort.postMessage('writing');
          }
        } catch {}
      \`, { eval: true });
      worker.once('message', () => process.exit(3));
    `);
    assert.equal(end.code, 3, end.stderr);
    assert.equal(existsSync(own), false);
  });
});
