// slow: npm run test:fast leaves this file out
// alone: it runs programs, of which each takes longer than a test process

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { runForJson, runScript } from '../support/child.js';

const home = mkdtempSync(join(tmpdir(), 'apply-parallel-processes-'));
after(() => rmSync(home, { recursive: true, force: true }));

/**
 * Calls few different arguments many times, in an order of its own, while others do the same and one keeps
 * clearing up.
 */
const hammer = (location: string, seed: number, tidy: boolean) => `
  import { Memory } from 'apply-parallel';
  const memory = new Memory({ location: ${JSON.stringify(location)}, compress: ${seed % 2 === 1} });
  const fill = memory.cache((n) => new Float64Array(2000 + n).fill(n));
  let warnings = 0;
  process.on('warning', (warning) => { if (warning.name === 'MemoryWarning') { warnings++; console.error(warning.message); } });
  let wrong = 0;
  for (let i = 0; i < 150; i++) {
    const n = (i * 7 + ${seed} * 3) % 10;
    const values = await (i % 5 === 0 ? fill.call(n) : fill(n));
    if (values.length !== 2000 + n || values.some((value) => value !== n)) wrong++;
    if (${tidy} && i % 10 === 9) await (i % 20 === 9 ? memory.reduceSize({ itemsLimit: 3 }) : memory.clear());
  }
  console.log(JSON.stringify({ wrong, warnings }));
`;

describe('Memory in several processes', () => {
  it('never gives a wrong answer while all of them write, read and clear at once', async () => {
    const location = mkdtempSync(join(home, 'hammer-'));
    const ends = await Promise.all(
      [0, 1, 2, 3].map((seed) =>
        runForJson<{ wrong: number; warnings: number }>(hammer(location, seed, seed === 3)),
      ),
    );
    assert.deepEqual(ends, new Array(4).fill({ wrong: 0, warnings: 0 }));
    const left = readdirSync(location, { recursive: true, encoding: 'utf8' });
    assert.deepEqual(
      left.filter((name) => name.endsWith('.tmp')),
      [],
    );
  });

  it('finds in one process what another one has computed', async () => {
    const location = mkdtempSync(join(home, 'shared-'));
    const script = `
      import { Memory, shutdown } from 'apply-parallel';
      import { tableFromArrays } from 'apache-arrow';
      const helper = (x) => x * 2;
      const memory = new Memory({ location: ${JSON.stringify(location)} });
      let runs = 0;
      const double = memory.cache((table, { rate }) => {
        runs++;
        return tableFromArrays({ y: table.getChild('x').toArray().map((x) => helper(x) * rate) });
      });
      const result = await double(tableFromArrays({ x: Float64Array.of(1, 2) }), { rate: 3 });
      console.log(JSON.stringify({ runs, y: [...result.getChild('y')] }));
    `;
    assert.deepEqual(await runForJson(script), { runs: 1, y: [6, 12] });
    assert.deepEqual(await runForJson(script), { runs: 0, y: [6, 12] });
    // An edited helper is another function.
    assert.deepEqual(await runForJson(script.replace('x * 2', 'x * 4')), { runs: 1, y: [12, 24] });
  });

  it('leaves no result of a process that dies while it writes', async () => {
    const location = mkdtempSync(join(home, 'dies-'));
    const script = (size: number, dies: boolean) => `
      import { Memory } from 'apply-parallel';
      import { readdirSync } from 'node:fs';
      const memory = new Memory({ location: ${JSON.stringify(location)} });
      const big = memory.cache((n) => new Float64Array(n).fill(1));
      if (${dies}) setInterval(() => {
        const names = (() => { try { return readdirSync(${JSON.stringify(location)}, { recursive: true }); } catch { return []; } })();
        if (names.some((name) => name.endsWith('.tmp'))) process.kill(process.pid, 'SIGKILL');
      }, 0);
      console.log(JSON.stringify({ cached: await big.checkCallInCache(${size}), length: (await big(${size})).length }));
    `;
    const size = 20_000_000;
    const { signal } = await runScript(script(size, true));
    assert.equal(signal, 'SIGKILL');
    assert.deepEqual(await runForJson(script(size, false)), { cached: false, length: size });
  });

  it('tells on stderr what it does, by level', async () => {
    const location = mkdtempSync(join(home, 'verbose-'));
    const script = (verbose: number) => `
      import { Memory } from 'apply-parallel';
      const memory = new Memory({ location: ${JSON.stringify(location)}, verbose: ${verbose} });
      const area = memory.cache(function area(a, b) { return a * b; });
      await area(2, ${verbose}); await area(2, ${verbose});
    `;
    const told = async (verbose: number) => (await runScript(script(verbose))).stderr;
    assert.equal(await told(0), '');
    assert.match(await told(1), /^\[Memory\] Calling area\(2, 1\)\n\[Memory\] area took \d+\.\d s\n$/);
    assert.match(await told(2), /Calling area\(2, 2\)\n.*took.*\n\[Memory\] Loading area\(2, 2\)\n$/);
    assert.match(await told(11), /Loading area\(2, 11\) from .*\.dump\n$/);
  });
});
