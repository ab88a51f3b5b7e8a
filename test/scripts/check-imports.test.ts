import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../../scripts/check-imports.js', import.meta.url));

const page = `# How it works

## Arrows

| folder | may import | why |
|---|---|---|
| \`util/\` | nothing | It knows nobody. |
| \`run/\` | \`util/\` | It knows no tables. |
| \`*.ts\` | \`*\` | The verbs use everything. |

- \`errors.ts\`, by every folder.
- \`run/worker.ts\`: workers start faster without the rest.

## Another section

| \`util/\` | \`run/\` | This table is about something else. |
`;

const tree = {
  'index.ts': `export { run } from './run/index.js';\nexport * from './errors.js';\n`,
  'errors.ts': 'export class Failure extends Error {}\n',
  'util/index.ts': `export { once } from './once.js';\n`,
  'util/once.ts': `import { Failure } from '../errors.js';\n`,
  'run/index.ts': `import {\n  once,\n} from '../util/index.js';\n`,
  'run/worker.ts': '',
  'run/entry.cts': `const loading = import('./worker.js');\n`,
};

it('imports that keep to the table pass', (t) => {
  assert.deepEqual(check(t, {}), ['Checked the imports of 7 files.']);
});

it('an arrow that the table does not list fails with file, line and the reason', (t) => {
  const once = `/** Runs once. */\nimport {\n  type Job,\n  run,\n} from '../run/index.js';\n`;
  assert.deepEqual(check(t, { 'util/once.ts': once, 'run/index.ts': '' }), [
    'src/util/once.ts:5 imports src/run/index.ts: util/ may import no other folder. It knows nobody.',
  ]);
});

it('types, exports, import() and require() are imports; comments are none', (t) => {
  const source = [
    ` * import { a } from '../util/once.js';`,
    `// import('../util/once.js')`,
    `export const words = ['import', 'from'];`,
    `import type { A } from '../util/once.js';`,
    `export type { B } from '../util/once.js';`,
    `type Once = typeof import('../util/once.js');`,
    `const once = require('../util/once.js');`,
  ];
  const reason = 'imports src/util/once.ts: files outside util/ import src/util/index.ts alone.';
  assert.deepEqual(
    check(t, { 'run/index.ts': source.join('\n') }),
    [4, 5, 6, 7].map((line) => `src/run/index.ts:${line} ${reason}`),
  );
});

it('the inside of a folder in a folder is closed to the folder around it, and open the other way', (t) => {
  const inner = { 'run/inner/index.ts': '', 'run/inner/a.ts': `import '../order.js';\n`, 'run/order.ts': '' };
  assert.deepEqual(check(t, { ...inner, 'run/index.ts': `import './inner/index.js';\n` }), [
    'Checked the imports of 10 files.',
  ]);
  assert.deepEqual(check(t, { ...inner, 'run/index.ts': `import './inner/a.js';\n` }), [
    'src/run/index.ts:1 imports src/run/inner/a.ts: files outside run/inner/ import src/run/inner/index.ts alone.',
  ]);
});

it('folders import from src/ only the files that are listed', (t) => {
  assert.deepEqual(check(t, { 'verb.ts': '', 'util/once.ts': `import '../verb.js';\n` }), [
    'src/util/once.ts:1 imports src/verb.ts: util/ may import no other folder. It knows nobody.',
  ]);
});

it('a listed file is open to other folders', (t) => {
  assert.deepEqual(check(t, { 'index.ts': `import './run/worker.js';\n` }), [
    'Checked the imports of 7 files.',
  ]);
});

it('a circle between files fails, and is told once', (t) => {
  const files = {
    'run/index.ts': `import './a.js';\n`,
    'run/a.ts': `\nimport type { B } from './b.js';\n`,
    'run/b.ts': `import './a.js';\n`,
  };
  assert.deepEqual(check(t, files), [
    'src/run/a.ts:2 begins a circle of imports: run/a.ts → run/b.ts → run/a.ts',
  ]);
});

it('a folder without a row fails, and so does a row that lists a folder below it', (t) => {
  const upwards = page.replace('| `util/` | nothing |', '| `util/` | `run/` |');
  assert.deepEqual(check(t, { 'files/index.ts': '' }, upwards), [
    'docs/architecture.md: the table under "Arrows" has no row for files/',
    'docs/architecture.md: the row of util/ lists run/, which has no row above it',
  ]);
});

it('an import of a file that does not exist fails', (t) => {
  assert.deepEqual(check(t, { 'run/index.ts': `import './gone.js';\n` }), [
    'src/run/index.ts:1 imports src/run/gone.ts, which does not exist',
  ]);
});

/**
 * Returns the lines that the script prints about the tree with these changes, without its last line for a
 * failure.
 */
function check(t: TestContext, changes: Record<string, string>, architecture = page): string[] {
  const root = mkdtempSync(join(tmpdir(), 'check-imports-'));
  t.after(() => rmSync(root, { recursive: true }));
  const files = Object.entries({ ...tree, ...changes }).map(([path, text]) => [`src/${path}`, text]);
  for (const [path, text] of [...files, ['docs/architecture.md', architecture]]) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, root], { encoding: 'utf8' });
  const lines = (status === 0 ? stdout : stderr).trimEnd().split('\n');
  if (status === 0) return lines;
  assert.match(lines.at(-1) ?? '', /breaches of the section "Arrows"/);
  return lines.slice(0, -2);
}
