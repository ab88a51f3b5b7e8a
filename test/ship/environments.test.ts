import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const support = fileURLToPath(new URL('./support/', import.meta.url));
const folder = mkdtempSync(join(support, '.run-'));
after(() => rmSync(folder, { recursive: true }));
const tsxCli = fileURLToPath(import.meta.resolve('tsx/cli'));
const body = readFileSync(join(support, 'cases.txt'), 'utf8');

const commonJs = `
  const { runCases } = require('../run-cases.mjs');
  const H = require('../helpers.cjs'); const { times, Doubler } = H;
  const fs = require('fs'); const { join } = require('node:path');
  const dfd = require('danfojs-node'); const arrow = require('apache-arrow'); const { tableFromArrays } = arrow;
  H.settings.rate = 5;
  const extra = {
    whole: [() => H.times(2) + new H.Doubler(1).twice()],
    destructured: [() => times(2)], viaThis: [() => H.viaThis(2)], dataOfNow: [() => H.settings.rate + H.factor],
    classOfModule: [() => new Doubler(2).twice()], instanceOfModule: [((k) => () => k.twice())(new Doubler(5))],
    builtin: [() => typeof fs.readFileSync + join('a', 'b')],
    require: [() => require('../helpers.cjs').times(3)], filename: [() => require('path').basename(__filename)],
    dynamicImport: [async () => (await import('../helpers.mjs')).times(3)],
    danfo: [() => new dfd.DataFrame([[1, 2]]).shape.join()],
    arrow: [() => tableFromArrays({ x: Int32Array.of(1, 2) }).numRows + typeof arrow.Table],
  };`;

const esmImports = `
  import * as H from '../helpers.mjs'; import preset, { times, counted, settings, Doubler as D } from '../helpers.mjs';
  import fs, { readFileSync } from 'node:fs'; import * as path from 'path'; import { setTimeout } from 'node:timers/promises';
  import dfd from 'danfojs-node'; import * as danfo from 'danfojs-node'; import * as acorn from 'acorn'; import { parse } from 'acorn';
  import * as arrow from 'apache-arrow'; import { tableFromArrays, Table, Utf8 } from 'apache-arrow';
  import cloneDeep from 'lodash.clonedeep';`;

const esmCases = `
  settings.rate = 5;
  const Captured = Table; const types = { text: Utf8 }; const one = new D(5);
  const extra = {
    namespace: [() => H.times(2) + new H.Doubler(1).twice()], named: [() => times(2)], preset: [() => preset()],
    moduleState: [() => counted()], classOfModule: [() => new D(2).twice()], instanceOfModule: [() => one.twice()],
    builtin: [() => typeof fs.readFileSync + path.join('a', 'b') + typeof readFileSync], dataOfNow: [() => settings.rate + H.factor],
    namespaceData: [() => H.settings.rate + Number(H.counted())], wholeNamespace: [() => Object.keys(H).length],
    shadowedGlobal: [async () => String(await setTimeout(1, 'promised'))],
    dynamicImport: [async () => (await import('../helpers.mjs')).times(3)],
    meta: [() => import.meta.url.split('/').pop() + typeof import.meta.dirname],
    danfo: [() => new dfd.DataFrame([[1, 2]]).shape.join() + typeof danfo.DataFrame],
    npm: [() => parse('1', { ecmaVersion: 2020 }).type + acorn.version[0]], lodash: [() => cloneDeep([{ a: 1 }])],
    arrowNamed: [() => tableFromArrays({ x: Int32Array.of(1, 2) }) instanceof Table],
    arrowNamespace: [() => arrow.tableFromArrays({ x: Int32Array.of(1, 2) }) instanceof arrow.Table],
    arrowCaptured: [() => tableFromArrays({ x: Int32Array.of(1, 2) }) instanceof Captured],
    arrowNested: [() => arrow.vectorFromArray(['a'], new types.text()).type instanceof Utf8],
  };`;

const esm = `import { runCases } from '../run-cases.mjs';${esmImports}${esmCases}`;
const typescript = `import { runCases } from '../run-cases.mjs';
  import type { FreeName } from '#dist/ship/usage.js';
  import { times as typedTimes, Tripler, type Color as Shade, Color } from '../typed-helpers.ts'; import * as typed from '../typed-helpers.ts';
  ${esmImports}${esmCases}
  Object.assign(extra, {
    typed: [() => { function nested(q: number) { return q as number; } const arrow = (z: number): number => z;
      return typedTimes(2) + nested(1) + arrow(1) + new Tripler(2).thrice() + Color.Red + typed.times(1); }],
  });`;

async function report(
  file: string,
  text: string,
  command: readonly string[],
): Promise<Record<string, string>> {
  const path = join(folder, file);
  writeFileSync(path, `${text}\n${body}`);
  const { stdout, stderr } = await run(process.execPath, [...command, path], { cwd: folder });
  assert.equal(stderr.replace(/^npm .*$/gm, '').trim(), '', 'nothing on stderr');
  return JSON.parse(stdout);
}

function allSame(results: Record<string, string>, atLeast: number): void {
  assert.deepEqual(
    Object.entries(results).filter(([, result]) => result !== 'same'),
    [],
  );
  assert.ok(Object.keys(results).length >= atLeast, `only ${Object.keys(results).length} cases ran`);
}

test('CommonJS', async () => {
  allSame(await report('program.cjs', commonJs, []), 46);
});

test('ES modules', async () => {
  allSame(await report('program.mjs', esm, []), 55);
});

test('ES modules inside a worker', async () => {
  writeFileSync(
    join(folder, 'start.mjs'),
    `import { Worker } from 'node:worker_threads'; new Worker(new URL('./inner.mjs', import.meta.url));`,
  );
  writeFileSync(join(folder, 'inner.mjs'), `${esm}\n${body}`);
  const { stdout } = await run(process.execPath, [join(folder, 'start.mjs')]);
  allSame(JSON.parse(stdout), 55);
});

test('TypeScript under tsx', async () => {
  allSame(await report('program.ts', typescript, ['--import', 'tsx']), 56);
});

test('TypeScript compiled to CommonJS by tsx', async () => {
  mkdirSync(join(folder, 'commonjs'));
  writeFileSync(join(folder, 'commonjs', 'package.json'), '{ "type": "commonjs" }');
  const text = `import { runCases } from '../../run-cases.mjs';
    import { times as typedTimes, Tripler, Color } from '../../typed-helpers.ts'; import * as typed from '../../typed-helpers.ts';
    import * as path from 'path'; import { readFileSync } from 'node:fs'; import { tableFromArrays, Table } from 'apache-arrow';
    const extra = {
      typed: [() => typedTimes(2) + new Tripler(2).thrice() + Color.Red + typed.times(1)],
      builtin: [() => path.join('a', 'b') + typeof readFileSync],
      arrow: [() => tableFromArrays({ x: Int32Array.of(1, 2) }) instanceof Table],
    };`;
  allSame(await report('commonjs/program.ts', text, [tsxCli]), 37);
});
