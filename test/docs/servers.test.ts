// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { extra } from '../../scripts/extras.js';
import { createProject, type Project, root } from '../e2e/support/project.js';

const express = extra('express', 'package.json');

/* The server of docs/servers.md. */

describe('docs/servers.md', { skip: express ? false : 'not installed: node scripts/extras.js' }, () => {
  let project: Project;
  let server: ChildProcess;
  let address: string;
  before(async () => {
    const page = readFileSync(join(root, 'docs', 'servers.md'), 'utf8');
    const [main, stream] = [...page.matchAll(/^```js(?: fragment)?\n([\s\S]*?)^```/gm)].map(
      (match) => match[1],
    );
    project = await createProject();
    await symlink(dirname(express as string), join(project.path, 'node_modules', 'express'), 'junction');
    await project.write('server.mjs', main.replace('const server =', `${stream}\nconst server =`));
    await project.write('sales.csv', 'store,price\nA,1\nB,2\nA,3.5\n');
    server = spawn(process.execPath, ['server.mjs'], {
      cwd: project.path,
      env: { ...process.env, NODE_OPTIONS: '', NODE_TEST_CONTEXT: undefined, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [port] = await once(server.stdout?.setEncoding('utf8') as NodeJS.ReadableStream, 'data');
    address = `http://localhost:${String(port).trim()}`;
  });
  after(async () => {
    server?.kill('SIGKILL');
    await project?.remove();
  });

  it('answers requests, several at once', async () => {
    const asked = [0, 2].map(async (least) => (await fetch(`${address}/totals?least=${least}`)).json());
    assert.deepEqual(await Promise.all(asked), [
      [
        { store: 'A', total: 4.5 },
        { store: 'B', total: 2 },
      ],
      [
        { store: 'A', total: 3.5 },
        { store: 'B', total: 2 },
      ],
    ]);
  });

  it('streams groups', async () => {
    const lines = (await (await fetch(`${address}/groups`)).text()).trim().split('\n');
    assert.deepEqual(
      lines.map((line) => JSON.parse(line)),
      [
        { store: 'A', total: 4.5 },
        { store: 'B', total: 2 },
      ],
    );
  });

  it('ends by SIGTERM', { skip: process.platform === 'win32' && 'Windows has no signals' }, async () => {
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    assert.deepEqual(await ended, [0, null]);
  });
});
