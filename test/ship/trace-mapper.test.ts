// slow: npm run test:fast leaves this file out
// alone: it runs programs, of which each takes longer than a test process

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const folder = mkdtempSync(fileURLToPath(new URL('./support/.trace-', import.meta.url)));
after(() => rmSync(folder, { recursive: true }));
// Programs with a package.json of their own find the package here.
mkdirSync(join(folder, 'node_modules'));
symlinkSync(fileURLToPath(new URL('../..', import.meta.url)), join(folder, 'node_modules', 'apply-parallel'));
const tsc = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));

/** Every error is made after a comment with the name of its case, so that tests know where that is. */
const helper = (types: boolean) =>
  `${types ? 'export interface Limits {\n  readonly low: number;\n  readonly high: number;\n}\n' : ''}
const limit${types ? ': number' : ''} = 3;
export function check(value${types ? ': number, _limits?: Limits' : ''})${types ? ': number' : ''} {
  if (value < limit) throw /*helper*/ new RangeError('below');
  return value;
}
export class Checker {
  ${types ? 'readonly low: number;\n  ' : ''}constructor(low) { this.low = low; }
  check(value${types ? ': number' : ''}) {
    if (value < this.low) throw /*imported method*/ new RangeError('below');
    return value;
  }
}
`.replace('(low)', types ? '(low: number)' : '(low)');

const program = (types: boolean, imports: string) => `${imports}
${types ? 'interface Row {\n  readonly k: string;\n}\nenum Color {\n  Red,\n  Green,\n}\n' : ''}
const text${types ? ': string' : ''} = 'x';
class Local {
  fail(count${types ? ': number' : ''})${types ? ': never' : ''} {
    ${types ? 'const color: Color = Color.Green; void color;' : ''}
    throw /*method*/ new TypeError(text + count);
  }
}
const local = new Local();
const wrapped = () => {
  try {
    return check(1);
  } catch (cause) {
    throw /*wrapper*/ new Error('wrapped', { cause });
  }
};
const checker = new Checker(5);
const cases${types ? ': Record<string, (rows: readonly Row[]) => unknown>' : ''} = {
  closure: (rows) => { void rows; throw /*closure*/ new Error(text); },
  alone: (rows) => { const n${types ? ': number' : ''} = rows.length; throw /*alone*/ new Error(String(n)); },
  later: async (rows) => { await null; void rows; throw /*later*/ new Error(text); },
  method: (rows) => local.fail(rows.length),
  helper: (rows) => check(rows.length),
  'imported method': (rows) => checker.check(rows.length),
  wrapper: () => wrapped(),
};
async function main() {
  const traces${types ? ': Record<string, unknown>' : ''} = {};
  for (const [name, fn] of Object.entries(cases)) {
    try {
      await applyParallel(groupby([{ k: 'a' }, { k: 'b' }], 'k'), fn${types ? ' as never' : ''}, { nJobs: 2 });
    } catch (error) {
      const { stack, cause } = error${types ? ' as Error & { cause: Error }' : ''};
      const inner = cause?.cause${types ? ' as Error | undefined' : ''};
      traces[name] = [stack, cause?.stack, inner?.stack];
    }
  }
  process.stdout.write(JSON.stringify(traces));
}
main();
`;

/** Runs the program and expects every trace to begin where its error is made. */
async function expectPlaces(
  sources: Record<string, string>,
  command: readonly string[],
  options: { cwd?: string } = {},
): Promise<void> {
  const places = new Map<string, string>();
  for (const [file, source] of Object.entries(sources)) {
    for (const [line, row] of source.split('\n').entries()) {
      for (const { 0: comment, 1: name, index } of row.matchAll(/\/\*([\w ]+)\*\/ (?=new)/g))
        places.set(name, `${file}:${line + 1}:${index + comment.length + 1}`);
    }
  }
  assert.equal(places.size, 7);
  const { stdout } = await run(process.execPath, command, options);
  const traces = JSON.parse(stdout) as Record<string, (string | null)[]>;
  assert.deepEqual(Object.keys(traces).sort(), [...places.keys()].sort());
  const firstFrame = (stack: string | null | undefined): string =>
    stack?.split('\n').find((line) => /^\s+at /.test(line)) ?? 'no stack';
  for (const [name, [stack, cause, inner]] of Object.entries(traces)) {
    for (const each of [stack, cause]) {
      const first = firstFrame(each);
      assert.ok(first.includes(`/${places.get(name)}`), `${name}: ${first}, wanted ${places.get(name)}`);
      assert.doesNotMatch(each ?? '', /shipped:|~\d/);
    }
    if (name === 'wrapper') assert.ok(firstFrame(inner).includes(`/${places.get('helper')}`), String(inner));
    if (name !== 'helper') continue;
    const second = stack?.split('\n').filter((line) => /^\s+at /.test(line))[1] ?? '';
    const main = Object.keys(sources)[1];
    const row = sources[main].split('\n').findIndex((line) => line.includes('check(rows.length)'));
    assert.ok(second.includes(`/${main}:${row + 2}:`) || second.includes(`/${main}:${row + 1}:`), second);
  }
}

function write(files: Record<string, string>, into = folder): void {
  mkdirSync(into, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(into, name), text);
}

const esmImports = (helperFile: string) =>
  `import { applyParallel, groupby } from 'apply-parallel';\nimport { check, Checker } from '${helperFile}';`;

test('ES modules', async () => {
  const sources = {
    'helper.mjs': helper(false),
    'program.mjs': program(false, esmImports('./helper.mjs')),
  };
  write(sources);
  await expectPlaces(sources, [join(folder, 'program.mjs')]);
});

test('CommonJS', async () => {
  const sources = {
    'helper.cjs': `${helper(false).replace(/^export /gm, '')}\nmodule.exports = { check, Checker };`,
    'program.cjs': program(
      false,
      `const { applyParallel, groupby } = require('apply-parallel');\nconst { check, Checker } = require('./helper.cjs');`,
    ),
  };
  write(sources);
  await expectPlaces(sources, [join(folder, 'program.cjs')]);
});

const typed = {
  'helper.ts': helper(true),
  'program.ts': program(true, esmImports('./helper.ts')),
};

test('TypeScript under tsx', async () => {
  write(typed);
  await expectPlaces(typed, ['--import', 'tsx', join(folder, 'program.ts')]);
});

test('TypeScript under tsx, as CommonJS', async () => {
  const into = join(folder, 'commonjs');
  write({ ...typed, 'package.json': '{ "type": "commonjs" }' }, into);
  await expectPlaces(typed, ['--import', 'tsx', join(into, 'program.ts')]);
});

const calls = `import { createExecutor, delayed, Parallel, parmap } from 'apply-parallel';
import { check } from './helper.ts';
interface Row {
  readonly n: number;
}
const inner = ({ n }: Row): never => { void n; throw /*inner*/ new TypeError('wrong'); };
function boom(row: Row): unknown {
  void row; return inner(row);
}
const thrower: (row: Row) => unknown = (row: Row) => { void row; throw /*argument*/ new Error('argument'); };
const late = async (row: Row) => { await null; return boom(row); };
const caught = (row: Row) => {
  try { return check(row.n); } catch (cause) { throw /*caught*/ new Error('wrapped', { cause }); }
};
async function main() {
  const executor = createExecutor({ maxWorkers: 2 });
  const two = Parallel({ nJobs: 2 });
  const traces: Record<string, unknown> = {};
  const tries: Record<string, [string, () => unknown]> = {
    Parallel: ['inner', () => two([delayed(boom)({ n: 1 })])],
    'Parallel, async': ['inner', () => two([delayed(late)({ n: 1 })])],
    'Parallel, generator': ['inner', () => Parallel({ nJobs: 2, returnAs: 'generator' })([delayed(boom)({ n: 1 })]).next()],
    'Parallel, argument': ['argument', () => two([delayed((f: (row: Row) => unknown) => f({ n: 1 }))(thrower)])],
    'Parallel, cause': ['caught', () => two([delayed(caught)({ n: 1 })])],
    parmap: ['inner', () => parmap(boom, [{ n: 1 }], { nprocs: 2 })],
    submit: ['inner', () => executor.submit(boom, { n: 1 })],
    map: ['inner', () => executor.map(boom, [{ n: 1 }]).next()],
  };
  for (const [name, [place, body]] of Object.entries(tries)) {
    try {
      await body();
    } catch (error) {
      const { stack, cause } = error as Error & { cause?: Error };
      traces[name] = [place, stack, cause?.stack ?? stack];
    }
  }
  await executor.shutdown();
  process.stdout.write(JSON.stringify(traces));
}
main();
`;

for (const type of ['module', 'commonjs']) {
  test(`calls in TypeScript under tsx, ${type}`, async () => {
    const into = join(folder, `calls-${type}`);
    write({ 'helper.ts': helper(true), 'calls.ts': calls, 'package.json': `{ "type": "${type}" }` }, into);
    const { stdout } = await run(process.execPath, ['--import', 'tsx', join(into, 'calls.ts')]);
    const traces = JSON.parse(stdout) as Record<string, [string, string, string]>;
    assert.equal(Object.keys(traces).length, 8);
    const rows = calls.split('\n');
    for (const [name, [place, ...stacks]] of Object.entries(traces)) {
      const line = rows.findIndex((row) => row.includes(`/*${place}*/`));
      const wanted = `/calls.ts:${line + 1}:${rows[line].indexOf('new ', rows[line].indexOf(`/*${place}*/`)) + 1}`;
      for (const stack of stacks) {
        const [first] = stack.split('\n').filter((each) => /^\s+at /.test(each));
        assert.ok(first.includes(wanted), `${name}: wanted ${wanted} in ${stack}`);
        assert.doesNotMatch(stack, /-kernel\.|shipped:|~\d/, name);
      }
    }
    assert.match(traces.submit[1], /at boom \(.*\/calls\.ts:8:/);
  });
}

test('what a lock or a queue of this package does is in no trace, what called it is', async () => {
  write({
    'lock.mjs': `import { createExecutor, SharedLock } from 'apply-parallel';
const lock = new SharedLock();
const outer = () => lock.runSync(() => { throw new Error('inside'); });
const executor = createExecutor({ maxWorkers: 2 });
await executor.submit(outer).catch((error) => process.stdout.write(error.stack));
await executor.shutdown();
`,
  });
  const { stdout } = await run(process.execPath, [join(folder, 'lock.mjs')]);
  assert.match(stdout, /^Error: inside\n +at .*lock\.mjs:3:48\)?\n +at .*outer.*lock\.mjs:3:26\)$/);
});

for (const map of ['sourceMap', 'inlineSourceMap']) {
  for (const [name, module, type] of [
    ['ES modules', 'nodenext', 'module'],
    ['CommonJS', 'commonjs', 'commonjs'],
  ]) {
    test(`TypeScript compiled to ${name} with ${map}`, async () => {
      const into = join(folder, `${map}-${type}`);
      write({ ...typed, 'package.json': `{ "type": "${type}" }` }, into);
      const options = `--ignoreConfig --${map} --target es2022 --rewriteRelativeImportExtensions --skipLibCheck --strict false --noImplicitAny false`;
      const resolution = module === 'commonjs' ? ['--module', 'node20'] : ['--module', 'nodenext'];
      await run(
        process.execPath,
        [
          tsc,
          ...options.split(' '),
          ...resolution,
          '--types',
          'node',
          '--outDir',
          join(into, 'out'),
          'program.ts',
        ],
        { cwd: into },
      ).catch(({ stdout }) => assert.fail(String(stdout)));
      await expectPlaces(typed, [join(into, 'out', 'program.js')]);
      // Node, in whichever thread, may have followed the map before.
      await expectPlaces(typed, ['--enable-source-maps', join(into, 'out', 'program.js')]);
    });
  }
}

test('source maps that cannot be read hide nothing', async () => {
  const text = program(false, esmImports('./helper.mjs'));
  const sources = { 'helper.mjs': helper(false), 'broken.mjs': `${text}//# sourceMappingURL=nowhere.map\n` };
  write(sources);
  await expectPlaces(sources, [join(folder, 'broken.mjs')]);
});
