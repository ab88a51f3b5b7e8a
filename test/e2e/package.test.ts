import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const env = { ...process.env, NODE_OPTIONS: '', NODE_TEST_CONTEXT: undefined };

/** The package as npm would publish it, installed into a project that is empty but for it. */
describe('the package', () => {
  let project: string;
  let files: string[];
  let unpackedSize: number;
  let manifest: { dependencies: object; peerDependencies: object; [field: string]: unknown };
  const installed = (path: string) => join(project, 'node_modules', 'apply-parallel', path);

  before(async () => {
    project = await mkdtemp(join(tmpdir(), 'apply-parallel-package-'));
    manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    const pack = ['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=error'];
    const { stdout } = await run('npm', pack, { cwd: root, env, shell: process.platform === 'win32' });
    const [packed] = JSON.parse(stdout) as [{ files: { path: string }[]; unpackedSize: number }];
    files = packed.files.map((file) => file.path);
    unpackedSize = packed.unpackedSize;
    for (const path of files) await cp(join(root, path), installed(path));
    for (const name of [...Object.keys(manifest.dependencies), '@types/node', 'undici-types']) {
      const link = join(project, 'node_modules', name);
      await mkdir(dirname(link), { recursive: true });
      await symlink(join(root, 'node_modules', name), link, 'junction');
    }
    await writeFile(join(project, 'package.json'), '{ "type": "module", "private": true }');
  });
  after(() => rm(project, { recursive: true }));

  it('holds the build and the pages to read, and nothing else', () => {
    const allowed =
      /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|docs\/[\w-]+\.md|docs\/images\/[\w-]+\.(svg|png)|dist\/.+\.(c?js|d\.c?ts)|dist\/cluster-(bundle\.js\.gz|glue\.py)|examples\/[\w/-]+\.(ts|ipynb|md)|fixtures\/(flights|sales)\.ts)$/;
    assert.deepEqual(
      files.filter((path) => !allowed.test(path)),
      [],
    );
    for (const path of ['README.md', 'LICENSE', 'CHANGELOG.md', 'dist/index.js', 'dist/index.d.ts']) {
      assert.ok(files.includes(path), path);
    }
    assert.ok(unpackedSize < 3.6e6, `${unpackedSize} bytes`);
  });

  it('has every file its manifest names', () => {
    const { main, types, exports } = manifest;
    const named: unknown[] = [main, types];
    for (const entry of Object.values(exports as object)) {
      named.push(...(typeof entry === 'string' ? [entry] : Object.values(entry)));
    }
    for (const path of named) assert.ok(files.includes(posix.normalize(path as string)), String(path));
  });

  it('prints its errors and objects by the names of their classes', async () => {
    const program = `
      import * as all from 'apply-parallel';
      const named = Object.entries(all).filter(([name, value]) => /^[A-Z]/.test(name) && typeof value === 'function');
      const others = named.filter(([name, value]) => value.name !== name).map(([name]) => name);
      const set = await all.writeDataset([{ a: 1 }], { path: 'names.parquet', ifExists: 'replace' });
      let count = 0;
      const counting = all.applyParallel(all.groupby([{ k: 1 }, { k: 2 }], 'k'), () => ({ count: count++ }), { nJobs: 2 });
      console.log(JSON.stringify({ others, dataset: set.constructor.name }));
      await counting;
    `;
    const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '-e', program], {
      cwd: project,
      env,
    }).catch((error) => error);
    assert.equal(stdout, '{"others":[],"dataset":"Dataset"}\n');
    assert.match(stderr, /^ApplyError: The function cannot be shipped/m);
    assert.doesNotMatch(stderr, /parsed:|hasPlaces/);
  });

  it('imports only what it declares', async () => {
    const declared = new Set([
      ...Object.keys(manifest.dependencies),
      ...Object.keys(manifest.peerDependencies),
    ]);
    for (const path of files.filter((file) => file.startsWith('dist/'))) {
      for (const specifier of specifiersIn(await readFile(installed(path), 'utf8'))) {
        if (specifier.startsWith('.')) {
          const target = posix.join(posix.dirname(path), specifier);
          const found = path.endsWith('.d.ts') ? target.replace(/\.js$/, '.d.ts') : target;
          assert.ok(files.includes(found), `${path} imports ${specifier}`);
        } else if (!specifier.startsWith('node:')) {
          const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
          assert.ok(!builtinModules.includes(name), `${path} imports ${specifier} without node:`);
          assert.ok(declared.has(name), `${path} imports ${specifier}, which is no dependency`);
        }
      }
    }
  });

  it('has types that resolve, checked in full', async () => {
    await writeFile(
      join(project, 'consumer.ts'),
      `import { applyParallel, groupby, type GroupContext } from 'apply-parallel';
       const grouped = groupby([{ k: 'a', x: 1 }], 'k');
       export const rows: object[] = await applyParallel(grouped, (group, { key }: GroupContext) => ({ key, n: group.length }));
       // @ts-expect-error no such option
       void applyParallel(grouped, (group) => group, { jobs: 2 });`,
    );
    const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2023', '--types', 'node'];
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const { stdout } = await run(process.execPath, [tsc, ...options, 'consumer.ts'], {
      cwd: project,
      env,
    }).catch((error: { stdout: string }) => error);
    const ours = stdout
      .split('\n')
      .filter((line) => /error TS/.test(line) && !/node_modules\/(?!apply-parallel)/.test(line));
    assert.deepEqual(ours, []);
  });

  for (const [how, name, load] of [
    ['imported', 'main.mjs', "import * as all from 'apply-parallel';"],
    ['required', 'main.cjs', "const all = require('apply-parallel');"],
  ]) {
    it(`works when ${how}, workers and all`, async () => {
      const program = `${load}
        const rows = [{ k: 'b', x: 1 }, { k: 'a', x: 2 }];
        const factor = 10;
        all.applyParallel(all.groupby(rows, 'k'), ([row]) => ({ k: row.k, x: row.x * factor }), { nJobs: 2 })
          .then((result) => console.log(JSON.stringify(result)));`;
      await writeFile(join(project, name), program);
      const { stdout } = await run(process.execPath, ['--no-warnings', name], { cwd: project, env });
      assert.equal(stdout, '[{"k":"a","x":20},{"k":"b","x":10}]\n');
    });
  }
});

/** What a module imports or re-exports, by static text. */
function specifiersIn(source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const pattern =
    /(?:^|[\s;}])(?:import|export)\b[^'"();]*?\bfrom\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)|^import\s*['"]([^'"]+)['"]/gm;
  return [...code.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? match[3]);
}
