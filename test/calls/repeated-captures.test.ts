import assert from 'node:assert/strict';
import { it } from 'node:test';
import { runScript } from '../support/child.js';

const program = (calls: string) => `
  import { Parallel, delayed, partial, shutdown } from 'apply-parallel';
  const index = Object.fromEntries(Array.from({ length: 30_000 }, (_, i) => ['key' + i, i]));
  const look = (i, { index }) => index['key' + i];
  process.on('warning', ({ code, message }) => console.log(code, message));
  const numbers = Array.from({ length: 20 }, (_, i) => i);
  const results = await Parallel({ nJobs: 2 })(numbers.map(${calls}));
  console.log(results.join());
  await shutdown();
`;

const results = Array.from({ length: 20 }, (_, i) => i).join();

it('warns once of functions that carry the same large values anew for each call', async () => {
  for (const calls of [
    '(i) => delayed(() => look(i, { index }))()',
    '(i) => delayed(partial(look, { index }))(i)',
  ]) {
    const { stdout } = await runScript(program(calls));
    const [warning, result] = stdout.trimEnd().split('\n');
    assert.match(
      warning,
      /^APPLY_PARALLEL_REPEATED_CAPTURE Many calls have each a new function .* that carries \d+ KB/,
    );
    assert.equal(result, results);
  }
});

it('says nothing of one function that all calls have, or of small ones', async () => {
  const { stdout: same } = await runScript(program('((f) => (i) => delayed(f)(i))((i) => index["key" + i])'));
  assert.equal(same, `${results}\n`);
  const { stdout: small } = await runScript(program('(i) => delayed(() => i)()'));
  assert.equal(small, `${results}\n`);
});
