// Makes the published files in dist/ of the compiled sources in build/: `npm run build` runs it after tsc.
//   dist/index.js, danfo.js, run/worker.js and the kernels, with the chunks they share; dependencies stay outside
//   dist/.npmignore, which leaves out the declarations that no public type reaches
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [from, to] = [join(root, 'build'), join(root, 'dist')];

/** The files that programs and threads load by name; each has the same path in build/ and dist/. */
const ENTRIES = ['index.js', 'danfo.js', 'worker.js', 'cli.js'];

/** Must run before apache-arrow loads, so they stay files: a bundle evaluates what it imports before its own code. */
const FIRST = 'load-arrow/index.js';
const BEFORE_ARROW = 'load-arrow/hide-concat-spreadable.js';
/** The file that the pool's threads load. */
const THREAD = 'worker-entry.cjs';

removeOld(to);
const common = { platform: 'node', target: 'node20.19', logLevel: 'warning', absWorkingDir: root };
await build({
  ...common,
  entryPoints: Object.fromEntries(ENTRIES.map((path) => [path.replace(/\.js$/, ''), join(from, path)])),
  outdir: to,
  bundle: true,
  splitting: true,
  format: 'esm',
  chunkNames: 'shared-[hash]',
  packages: 'external',
  // The manifest lists what has side effects in dist/, and the sources lie in build/.
  ignoreAnnotations: true,
  // Chunks import each other before anything else, and may import apache-arrow.
  banner: { js: `import './${FIRST}';` },
  plugins: [outside(FIRST)],
});
await build({
  ...common,
  entryPoints: [join(from, FIRST)],
  outfile: join(to, FIRST),
  bundle: true,
  format: 'esm',
  packages: 'external',
  ignoreAnnotations: true,
  plugins: [outside(BEFORE_ARROW)],
});
for (const path of [BEFORE_ARROW, THREAD]) {
  mkdirSync(dirname(join(to, path)), { recursive: true });
  copyFileSync(join(from, path), join(to, path));
}
writeFileSync(
  join(to, '.npmignore'),
  unreachedTypes()
    .map((path) => `/${path}\n`)
    .join(''),
);

/** Leaves the imports of a file in the bundles, which lie in dist/ or, for files of its own folder, beside it. */
function outside(path) {
  const [folder, name] = path.split('/');
  return {
    name: 'outside',
    setup({ onResolve }) {
      onResolve({ filter: new RegExp(`/${name}$`) }, ({ path: specifier, importer }) => {
        if (posix.join(posix.dirname(slashes(importer)), specifier) !== slashes(join(from, path))) return;
        const isBeside = slashes(importer).includes(`/build/${folder}/`);
        return { path: isBeside ? `./${name}` : `./${path}`, external: true };
      });
    },
  };
}

function slashes(path) {
  return path.replaceAll('\\', '/');
}

function removeOld(folder) {
  for (const path of readdirSync(folder, { recursive: true })) {
    if (/\.c?js$/.test(path)) rmSync(join(folder, path));
  }
}

/** Returns the declarations in dist/ that the types of no entry of the package reach. */
function unreachedTypes() {
  const reached = new Set();
  const visit = (path) => {
    if (reached.has(path)) return;
    reached.add(path);
    const text = readFileSync(join(to, path), 'utf8');
    for (const [, specifier] of text.matchAll(/(?:\bfrom|\bimport\(|^import) ?['"](\.[^'"]+)['"]/gm)) {
      visit(posix.join(posix.dirname(path), specifier).replace(/\.(c?)js$/, '.d.$1ts'));
    }
  };
  visit('index.d.ts');
  visit('danfo.d.ts');
  const all = readdirSync(to, { recursive: true }).map(slashes);
  return all.filter((path) => /\.d\.c?ts$/.test(path) && !reached.has(path)).sort();
}
