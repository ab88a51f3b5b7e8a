import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const built = (path: string) => new URL(`../../build/${path}`, import.meta.url);
const root = fileURLToPath(new URL('../..', import.meta.url));

/** Groups and splits a table of 20,000 rows, and tells whether the kernel had a memory. */
const program = `
  import { groupRows, scatterColumn } from '${built('split/index.js')}';
  import { numberWords } from '${built('kernel/index.js')}';
  import { vectorFromArray, Utf8 } from 'apache-arrow';
  const rows = Array.from({ length: 20000 }, (_, i) => (i % 9 ? 'x'.repeat(i % 5) + (i % 3) : null));
  const { type, data: chunks } = vectorFromArray(rows, new Utf8());
  const { starts, places } = groupRows([{ type, chunks }], 20000, { sort: true, dropna: true, observed: true });
  const moved = scatterColumn({ type, chunks }, places, starts.at(-1));
  const word = { bytes: new Uint8Array(1), length: 1, offset: 0 };
  const hasKernel = numberWords([word], 1, new Int32Array(1)) !== undefined;
  console.log(JSON.stringify({ hasKernel, starts: [...starts], text: Buffer.from(moved.values).toString() }));
`;

function run(before: string) {
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['-c', `${before} exec "$0" --input-type=module --eval "$1"`, process.execPath, program],
    { cwd: root, encoding: 'utf8' },
  );
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as { hasKernel: boolean; starts: number[]; text: string };
}

test('without addresses for a WebAssembly memory, TypeScript does the same', {
  skip: process.platform === 'linux' ? false : 'only Linux limits addresses',
}, () => {
  const usual = run('');
  const limited = run('ulimit -v 8000000;');
  assert.deepEqual([usual.hasKernel, limited.hasKernel], [true, false]);
  assert.deepEqual({ ...limited, hasKernel: true }, usual);
});
