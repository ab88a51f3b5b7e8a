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
