// slow: npm run test:fast leaves this file out
// alone: it runs programs, of which each takes longer than a test process

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { extra } from '../../scripts/extras.js';
import { type Environment, environments } from './support/matrix/environments.js';

/*
 * Every case in every environment: what a function gives in a worker is what it gives here. One process for
 * each environment runs all cases and writes a report.
 */

const run = promisify(execFile);
const support = fileURLToPath(new URL('./support/', import.meta.url));
const folder = mkdtempSync(join(support, '.run-'));
after(() => rmSync(folder, { recursive: true }));

describe('matrix', { concurrency: 2 }, () => {
  for (const [index, environment] of environments.entries()) {
    const skip = environment.command ? false : 'not installed: node scripts/extras.js installs it';
    test(environment.name, { skip }, async (context) => {
      const results = await report(environment, join(folder, String(index)));
      assert.ok(Object.keys(results).length >= 110, `only ${Object.keys(results).length} cases ran`);
      for (const [name, result] of Object.entries(results)) {
        const expected = environment.except?.[name];
        await context.test(name, () => {
          if (expected) assert.match(result, expected);
          else assert.equal(result, 'same');
        });
      }
    });
  }
});

async function report(environment: Environment, path: string): Promise<Record<string, string>> {
  const { files, command = [] } = environment;
  mkdirSync(path);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  copyFileSync(join(support, 'typed-helpers.ts'), join(path, 'typed-helpers.ts'));
  const reportFile = join(path, 'report.json');
  const [program, ...args] = command;
  const [file] = Object.keys(files);
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    NODE_OPTIONS: '',
    NODE_TEST_CONTEXT: undefined,
    MATRIX_REPORT: reportFile,
    TS_NODE_COMPILER: extra('typescript', 'lib/typescript.js'),
    ...environment.env,
  };
  try {
    const { stderr } = await run(program, [...args, file], { cwd: path, env, timeout: 120_000 });
    assert.equal(stderr.replace(/^npm .*$/gm, '').trim(), '', 'nothing on stderr');
  } catch (error) {
    const { message, stdout, stderr } = error as { message: string; stdout?: string; stderr?: string };
    throw new Error(`${message}\n${stdout}\n${stderr}`);
  }
  return JSON.parse(readFileSync(reportFile, 'utf8'));
}
