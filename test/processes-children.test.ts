// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { prelude, runForJson } from './support/child.js';

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

async function untilGone(pids: readonly number[]): Promise<void> {
  for (let tries = 0; pids.some(isAlive) && tries < 400; tries++) await sleep(50);
  assert.deepEqual(pids.filter(isAlive), []);
}

describe("Node's permission model", () => {
  it('allows children by --allow-child-process, and without it the error says so', async () => {
    const body = `
      import { applyParallel, groupby } from 'apply-parallel';
      const call = applyParallel(groupby([{ k: 1 }], 'k'), (g) => g, { backend: 'processes' });
      console.log(JSON.stringify(await call.then(({ length }) => length, ({ message }) => message)));
    `;
    const flags = ['--experimental-permission', '--allow-fs-read=*', '--allow-fs-write=*', '--no-warnings'];
    const run = (...more: string[]) => runForJson<unknown>(body, { nodeArgs: [...flags, ...more] });
    assert.match(
      String(await run('--allow-worker')),
      /start node with --allow-child-process, or use backend/,
    );
    assert.equal(await run('--allow-child-process'), 1);
  });
});

describe('child processes', { skip: process.platform === 'win32' && 'signals' }, () => {
  it('keep no program alive, and print before the call ends', async () => {
    const { got } = await runForJson<{ got: string }>(`${prelude}
      const write = process.stdout.write;
      let text = '';
      process.stdout.write = (chunk) => { text += chunk; return true; };
      await run((g, { key }) => { console.log('group', key); return g; }, { backend: 'processes' });
      process.stdout.write = write;
      print({ got: text.trim().split('\\n').sort().join() });
    `);
    assert.equal(got, [...'abcdefgh'].map((key) => `group ${key}`).join());
  });

  it('leave Ctrl-C, which goes to all processes of a terminal, to the program', async () => {
    const script = `
      import { applyParallel, groupby } from 'apply-parallel';
      const controller = new AbortController();
      process.on('SIGINT', () => controller.abort());
      const options = { backend: 'processes', nJobs: 2 };
      const rows = [{ k: 1 }, { k: 2 }];
      const pid = () => ({ pid: process.pid });
      const [first] = await applyParallel(groupby(rows, 'k'), pid, { ...options, nJobs: 1 });
      const waits = async () => { console.log('waits'); await new Promise((r) => setTimeout(r, 1e6)); };
      const waiting = applyParallel(groupby(rows, 'k'), waits, { ...options, signal: controller.signal });
      const code = await waiting.catch((error) => error.code);
      const { length } = await applyParallel(groupby(rows, 'k'), pid, options);
      console.log(JSON.stringify({ code, length, wasChild: first.pid !== process.pid }));
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    let text = '';
    for await (const chunk of child.stdout) {
      if (!text.includes('waits') && String(chunk).includes('waits'))
        process.kill(-(child.pid as number), 'SIGINT');
      text += chunk;
    }
    assert.deepEqual(JSON.parse(text.trim().split('\n').at(-1) as string), {
      code: 'ERR_ABORTED',
      length: 2,
      wasChild: true,
    });
  });

  it('end with a program that is killed, idle or in an endless loop', async () => {
    const script = `
      import { applyParallel, groupby } from 'apply-parallel';
      const pids = await applyParallel(groupby([{ k: 1 }, { k: 2 }], 'k'), async () => {
        await new Promise((r) => setTimeout(r, 100));
        return { pid: process.pid };
      }, { backend: 'processes', nJobs: 2, batchSize: 1 });
      applyParallel(groupby([{ k: 1 }], 'k'), () => { console.log('loops'); for (;;); }, { backend: 'processes', nJobs: 2 });
      console.log(JSON.stringify(pids.map(({ pid }) => pid)));
      setInterval(() => {}, 1000);
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    for await (const chunk of child.stdout) {
      text += chunk;
      if (text.includes('loops') && text.includes(']')) break;
    }
    const pids: number[] = JSON.parse(/\[.*\]/.exec(text)?.[0] ?? '[]');
    assert.equal(pids.length, 2);
    assert.ok(pids.every(isAlive));
    child.kill('SIGKILL');
    await untilGone(pids);
  });
});
