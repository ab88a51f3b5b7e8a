import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parse } from 'acorn';
import * as api from 'apply-parallel';

/*
 * Every program in the pages and in the doc comments is type-checked and run, in a project of its own, as a
 * reader would, but for tsx: what the type check emits starts sooner. That tsx does as well is for test/e2e
 * and the examples.
 *
 * - A ts or js block that imports something is a program. What it prints must be what its `// -> …` comments
 *   say, line by line, or the `text` block that follows it. A block without imports, or fenced with the word
 *   `fragment`, is not run.
 * - An @example is run after a prelude that imports every public name and has a few small tables.
 *   `// [1, 2]` behind an expression is not checked: it says what an editor would show.
 * - One process runs all programs and examples in turn, but for those that change it and those that import
 *   danfojs-node.
 * - A program that imports apply-parallel/spark is type-checked alone, since it needs a cluster;
 *   test/cluster/real/ has the like.
 */

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`),
].filter((page) => page.endsWith('.md') && existsSync(join(root, page)));

interface Program {
  /** `README.md:12` */
  where: string;
  language: string;
  code: string;
  /** What it prints; undefined where the page does not say. */
  prints: string | undefined;
}

/** What examples in doc comments may use without saying so. */
const prelude = `
import * as api from 'apply-parallel';
import { tableFromArrays } from 'apache-arrow';
import type { Columns } from 'apply-parallel';
const { ${Object.keys(api).join(', ')} } = api;
const table = tableFromArrays({ category: ['b', 'a', 'b'], x: Float64Array.of(1, 2, 3) });
const sales = tableFromArrays({ category: ['b', 'a', 'b'], price: Float64Array.of(1, 2, 3) });
`;

const programs = pages.flatMap(programsOf);
const examples = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .sort()
  .flatMap((path) => examplesOf(join('src', path)));

describe('programs in the documentation', () => {
  let project: string;
  let complaints: string[];
  let outputs: Map<string, Output>;
  const fileOf = ({ where, language }: Program) => `${where.replace(/[^\w]+/g, '-')}.${language}`;
  const scriptOf = (program: Program) => fileOf(program).replace(/\.ts$/, '.js');

  before(async () => {
    project = await mkdtemp(join(tmpdir(), 'apply-parallel-docs-'));
    await link(project, root, 'apply-parallel');
    for (const name of ['apache-arrow', 'arquero', 'danfojs-node', '@types/node', 'undici-types']) {
      await link(project, join(root, 'node_modules', name), name);
    }
    await writeFile(join(project, 'package.json'), '{ "type": "module", "private": true }');
    await writeFile(join(project, 'preprocess.js'), 'export const scale = (group) => group;\n');
    for (const program of [...programs, ...examples]) {
      await writeFile(join(project, fileOf(program)), program.code);
    }
    complaints = await typeCheck(project);
    outputs = await runInTurn([...programs, ...examples].filter(canShare).map(scriptOf), project);
  });
  after(() => rm(project, { recursive: true }));

  for (const program of [...programs, ...examples]) {
    it(program.where, async () => {
      const file = fileOf(program);
      assert.deepEqual(
        complaints.filter((line) => line.includes(file)),
        [],
      );
      if (program.code.includes("'apply-parallel/spark'")) return;
      const script = scriptOf(program);
      const { stdout, error }: Output = outputs.get(script) ?? (await run([script], project));
      assert.equal(error, undefined);
      if (program.prints !== undefined) assert.equal(trimLines(stdout), trimLines(program.prints));
    });
  }

  it('README.md has the quick starts as they are in examples/', () => {
    const code = programs.filter(({ where }) => where.startsWith('README.md')).map((program) => program.code);
    for (const name of ['quick-start-arrow.ts', 'quick-start-danfo.ts']) {
      const example = readFileSync(join(root, 'examples', name), 'utf8');
      assert.ok(code.includes(example), `${name} is not in README.md word for word`);
    }
  });
});

describe('links in the documentation', () => {
  for (const page of pages) {
    it(page, () => {
      const text = readFileSync(join(root, page), 'utf8').replace(/^ *```[\s\S]*?^ *```/gm, '');
      const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]);
      for (const target of targets.filter((link) => !/^https?:/.test(link))) {
        const [path, anchor] = target.split('#');
        const file = path === '' ? join(root, page) : join(root, dirname(page), path);
        assert.ok(existsSync(file), target);
        if (anchor) assert.ok(anchorsOf(readFileSync(file, 'utf8')).includes(anchor), target);
      }
    });
  }
});

function programsOf(page: string): Program[] {
  const lines = readFileSync(join(root, page), 'utf8').split('\n');
  const found: Program[] = [];
  for (let at = 0; at < lines.length; at++) {
    const fence = /^```(\w+)(.*)$/.exec(lines[at]);
    if (!fence) continue;
    const end = lines.indexOf('```', at + 1);
    const code = `${lines.slice(at + 1, end).join('\n')}\n`;
    const where = `${page}:${at + 1}`;
    at = end;
    const [, language, words] = fence;
    if (language !== 'ts' && language !== 'js') continue;
    if (language === 'js') assertParses(code, where);
    if (words.includes('fragment')) continue;
    assert.match(
      code,
      /^import /m,
      `${where}: a program has its imports; write \`${language} fragment\` for a part of one`,
    );
    found.push({ where, language, code, prints: outputIn(code) ?? outputAfter(lines, end) });
  }
  return found;
}

function assertParses(code: string, where: string): void {
  const options = { ecmaVersion: 'latest', sourceType: 'module', allowAwaitOutsideFunction: true } as const;
  assert.doesNotThrow(() => parse(code, options), where);
}

/** The `// -> …` comments, a line each. */
function outputIn(code: string): string | undefined {
  const lines = [...code.matchAll(/\/\/ -> (.*)$/gm)].map((match) => match[1]);
  return lines.length > 0 ? lines.join('\n') : undefined;
}

/** The text block that follows, with nothing but an empty line between. */
function outputAfter(lines: readonly string[], end: number): string | undefined {
  const next = lines[end + 1] === '' ? end + 2 : end + 1;
  return lines[next] === '```text' ? lines.slice(next + 1, lines.indexOf('```', next)).join('\n') : undefined;
}

function examplesOf(path: string): Program[] {
  const source = readFileSync(join(root, path), 'utf8');
  return [...source.matchAll(/@example\n((?:\s*\*(?! @|\/).*\n)+)/g)].map((match) => {
    const line = source.slice(0, match.index).split('\n').length;
    const code = match[1].replace(/^\s*\* ?/gm, '');
    return {
      where: `${path}:${line}`,
      language: 'ts',
      // In a block, so that an example may have a table of its own. Imports stay outside.
      code: `${prelude}${code.replace(/^(?!import ).*\n/gm, '')}{\n${code.replace(/^import .*\n/gm, '')}\n}\n`,
      prints: outputIn(code),
    };
  });
}

async function link(project: string, target: string, name: string): Promise<void> {
  const path = join(project, 'node_modules', name);
  await mkdir(dirname(path), { recursive: true });
  await symlink(target, path, 'junction');
}

async function typeCheck(project: string): Promise<string[]> {
  const config = {
    compilerOptions: {
      strict: true,
      skipLibCheck: true,
      target: 'es2023',
      module: 'nodenext',
      types: ['node'],
    },
    include: ['*.ts'],
  };
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { stdout } = await promisify(execFile)(process.execPath, [tsc], { cwd: project }).catch(
    (error: { stdout: string }) => error,
  );
  return stdout.split('\n').filter((line) => line.includes('error TS'));
}

interface Output {
  readonly stdout: string;
  readonly error?: string;
}

/** Tells whether others can run in the process of a program after it. */
const canShare = ({ code }: Program): boolean =>
  !/apply-parallel\/spark|'danfojs-node'|parallelConfig\(|registerAdapter\(|\bprocess\./.test(code);

const inTurn = `
const outputs = {};
const write = process.stdout.write;
for (const script of process.argv.slice(2)) {
  console.error(script); // the last one, if all of them end or hang
  const output = (outputs[script] = { stdout: '' });
  process.stdout.write = (text) => ((output.stdout += text), true);
  await import('./' + script).catch((error) => { output.error = error.stack; });
}
process.stdout.write = write;
console.log(JSON.stringify(outputs));
`;

/**
 * Runs scripts in one process, one after the other. Resolves to what each printed, and the error that ended
 * it.
 */
async function runInTurn(scripts: readonly string[], cwd: string): Promise<Map<string, Output>> {
  await writeFile(join(cwd, 'in-turn.js'), inTurn);
  const { stdout } = await run(['in-turn.js', ...scripts], cwd);
  return new Map(Object.entries(JSON.parse(stdout)));
}

function run(args: readonly string[], cwd: string): Promise<Output> {
  return promisify(execFile)(process.execPath, args, {
    cwd,
    timeout: 240_000,
    env: { ...process.env, NODE_OPTIONS: '', NODE_TEST_CONTEXT: undefined },
  });
}

const trimLines = (text: string): string => text.replace(/[ \t]+$/gm, '').trim();

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): string[] {
  const headings = [...page.matchAll(/^#+ (.*)$/gm)].map((match) => match[1]);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
