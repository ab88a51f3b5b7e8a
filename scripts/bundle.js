// Makes the published files in dist/ of the compiled sources in build/: `npm run build` runs it after tsc.
//   the files that package.json names, and kernels.js, with the chunks they share; dependencies stay outside
//   worker.cjs, and with apache-arrow inside one file that it shares with the kernels for files, which load
//   later
//   cluster-bundle.js.gz, one file with everything that executors of a cluster run, and cluster-glue.py, also
//   in build/
//   .npmignore, which leaves out the declarations that no public type reaches; inner ones lose their comments
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { parse } from 'acorn';
import { build, transform } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [from, to] = [join(root, 'build'), join(root, 'dist')];
const { bin, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The files that programs and threads load by name; each has the same path in build/ and dist/. */
const ENTRIES = [
  ...[...Object.values(exports).map((entry) => entry.default), ...Object.values(bin)]
    .filter((path) => path !== undefined)
    .map((path) => posix.relative('dist', path)),
  'kernels.js',
  'calls/ship-returned.js',
];
/** The thread's file whose functions import nothing. */
const ALONE = 'worker.js';
/** A file that `ALONE` imports when it needs it: a part of the same bundle. */
const LATER = './files/kernels.js';
/** What it imports from outside of it, beside the kernels whose functions import modules. */
const OUTSIDE = { './ship-returned.js': './calls/ship-returned.js' };
/** The program of a cluster's executors, and its bundle. */
const RUNNER = 'cluster-runner.js';
const RUNNER_BUNDLE = 'cluster-bundle.js';
/** The Python that runs this program on Spark's executors. */
const GLUE = 'cluster-glue.py';
/**
 * Must run before apache-arrow loads, so they stay files: a bundle evaluates what it imports before its own
 * code.
 */
const FIRST = 'load-arrow/index.js';
const BEFORE_ARROW = 'load-arrow/hide-concat-spreadable.js';
/** The files that the pool's threads, and child processes, begin with. */
const STARTS = ['worker-entry.cjs', 'process-entry.cjs', 'load-worker.cjs'];

/** Folders whose declarations users do not see, beside the public names in them. */
const INNER = /^(?:arrow|combine|kernel|run|ship|split|wire)\//;

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  logLevel: 'warning',
  packages: 'external',
  // The manifest lists what has side effects in dist/, and the sources lie in build/.
  ignoreAnnotations: true,
};
/** Smaller by a third; names and short lines stay, for stack traces and readers. */
const compact = { minifySyntax: true, minifyWhitespace: true, lineLimit: 160 };

removeOld(to);
const { outputFiles, metafile } = await build({
  ...common,
  ...compact,
  entryPoints: ENTRIES.map((path) => join(from, path)),
  outdir: to,
  outbase: from,
  splitting: true,
  chunkNames: 'shared-[hash]',
  plugins: [outside(FIRST)],
  metafile: true,
  write: false,
});
for (const { path, text } of outputFiles) write(path, loadingArrowFirst(path, text));
await build({
  ...common,
  entryPoints: [join(from, FIRST)],
  outfile: join(to, FIRST),
  plugins: [outside(BEFORE_ARROW)],
});
for (const path of [BEFORE_ARROW, ...STARTS]) copyFileSync(join(from, path), join(to, path));
const alone = await buildAlone(ALONE, {
  outdir: to,
  splitting: true,
  chunkNames: 'worker-[hash]',
  ...compact,
  rest: './kernels.js',
  write: false,
});
for (const { path, text } of alone.outputFiles) await writeCommonJS(path, text);
await buildAlone(RUNNER, {
  outfile: join(from, RUNNER_BUNDLE),
  minify: true,
  // Without what reads and writes streams of Node.
  alias: { 'apache-arrow': 'apache-arrow/Arrow' },
  rest: 'node:not-on-executors',
});
// Executors get it over the network, and unpack it.
const packed = gzipSync(readFileSync(join(from, RUNNER_BUNDLE)), { level: 9 });
// The tests run the files in build/.
for (const folder of [from, to]) {
  writeFileSync(join(folder, `${RUNNER_BUNDLE}.gz`), packed);
  copyFileSync(join(root, 'src', GLUE), join(folder, GLUE));
}
const { reached, unreached } = declarations();
writeFileSync(join(to, '.npmignore'), unreached.map((path) => `/${path}\n`).join(''));
removeInnerComments(reached);

/**
 * Leaves the imports of a file in the bundles, which lie in dist/ or, for files of its own folder, beside it.
 */
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

/** Puts the import of {@link FIRST} before all others of a file that loads apache-arrow. */
function loadingArrowFirst(path, text) {
  const key = slashes(relative(root, path));
  if (!loadsArrow(key)) return text;
  const [line] = /^(#!.*\n)?/.exec(text);
  const up = '../'.repeat(key.split('/').length - 2) || './';
  return `${line}import '${up}${FIRST}';\n${text.slice(line.length)}`;
}

/** Returns whether loading an output loads apache-arrow. */
function loadsArrow(key, seen = new Set()) {
  if (seen.has(key)) return false;
  seen.add(key);
  return metafile.outputs[key].imports
    .filter(({ kind }) => kind === 'import-statement')
    .some(({ path, external }) => (external ? path === 'apache-arrow' : loadsArrow(path, seen)));
}

/** Bundles a file with apache-arrow inside, and without what its kernels can never load. */
async function buildAlone(file, { rest, ...output }) {
  const INSIDE = /^(?:apache-arrow|flatbuffers|tslib|json-with-bigint|pure-rand)(?:\/|$)/;
  return build({
    ...common,
    entryPoints: [join(from, file)],
    ...output,
    packages: 'bundle',
    // Apache-arrow has no side effects, and most of it is not used.
    ignoreAnnotations: false,
    banner: {
      js: '/*! Contains apache-arrow and flatbuffers (Apache License 2.0), tslib (0BSD), json-with-bigint and pure-rand (MIT), unchanged but for unused parts. */',
    },
    plugins: [
      {
        name: 'alone',
        setup(bundler) {
          bundler.onResolve({ filter: /^[^./]/ }, ({ path }) =>
            INSIDE.test(path) ? undefined : { path, external: true },
          );
          // The manifest lists what has side effects in dist/, and the sources lie in build/.
          bundler.onResolve({ filter: /^\.{1,2}\// }, async ({ path, kind, pluginData, ...given }) => {
            if (pluginData === BEFORE_ARROW) return;
            if (kind === 'dynamic-import' && path !== LATER) {
              return { path: OUTSIDE[path] ?? rest, external: true };
            }
            const found = await bundler.resolve(path, { ...given, kind, pluginData: BEFORE_ARROW });
            return slashes(found.path).includes('/build/load-arrow/')
              ? { ...found, sideEffects: true }
              : found;
          });
        },
      },
    ],
  });
}

/**
 * Writes a part of a bundle as CommonJS: esbuild divides only ES modules. Threads load that sooner, and V8's
 * compiled code can be kept for it in all versions of Node.
 */
async function writeCommonJS(path, text) {
  const { code } = await transform(text, {
    ...compact,
    format: 'cjs',
    platform: 'node',
    target: common.target,
    define: { 'import.meta.dirname': '__dirname', 'import.meta.url': 'undefined' },
  });
  const asPart = (specifier) => specifier.replace(/^(\.\/worker-\w+)\.js$/, '$1.cjs');
  const edits = [];
  eachNode(parse(code, { ecmaVersion: 'latest' }), (node) => {
    const isRequire = node.type === 'CallExpression' && node.callee.name === 'require';
    const source = node.type === 'ImportExpression' ? node.source : isRequire ? node.arguments[0] : undefined;
    const specifier = source?.value;
    const part = typeof specifier === 'string' ? asPart(specifier) : undefined;
    if (part !== specifier) {
      const required = `require(${JSON.stringify(part)})`;
      edits.push({ ...node, text: isRequire ? required : `Promise.resolve().then(()=>${required})` });
    } else if (!isRequire && source) {
      edits.push({ start: node.start, end: node.start + 'import'.length, text: 'importHere' });
    }
  });
  let result = code;
  for (const { start, end, text } of edits.sort((a, b) => b.start - a.start)) {
    result = result.slice(0, start) + text + result.slice(end);
  }
  // ES modules are strict. A script of node:vm has no `import()` of its own.
  const first = `'use strict';const{importHere}=require('./load-worker.cjs');\n`;
  write(path.replace(/\.js$/, '.cjs'), first + result);
}

/** Calls back with all nodes of a syntax tree. */
function eachNode(node, visit) {
  if (typeof node.type === 'string') visit(node);
  for (const child of Object.values(node)) if (typeof child === 'object' && child) eachNode(child, visit);
}

function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, withClassNames(text));
}

/**
 * Undoes esbuild's `X = class _X`, its form for a class that mentions itself: the error of a user would be
 * printed as `_ApplyError`.
 */
function withClassNames(text) {
  const names = new Set(
    [...text.matchAll(/(?<![\w$.])([A-Z]\w*) ?= ?class _\1(?![\w$])/g)].map(([, name]) => name),
  );
  let result = text;
  for (const name of names)
    result = result.replace(new RegExp(`(?<![\\w$.#'"\`])_${name}(?![\\w$])`, 'g'), name);
  return result;
}

function removeOld(folder) {
  for (const path of readdirSync(folder, { recursive: true })) {
    if (/\.c?js$/.test(path)) rmSync(join(folder, path));
  }
}

/** Returns the declarations in dist/: those that public types reach, and the others. */
function declarations() {
  const reached = new Set();
  const visit = (path) => {
    if (reached.has(path)) return;
    reached.add(path);
    const text = readFileSync(join(to, path), 'utf8');
    for (const [, specifier] of text.matchAll(/(?:\bfrom|\bimport\(|^import) ?['"](\.[^'"]+)['"]/gm)) {
      visit(posix.join(posix.dirname(path), specifier).replace(/\.(c?)js$/, '.d.$1ts'));
    }
  };
  for (const path of publicTypes()) visit(path);
  const all = readdirSync(to, { recursive: true }).map(slashes);
  const unreached = all.filter((path) => /\.d\.c?ts$/.test(path) && !reached.has(path)).sort();
  return { reached: [...reached], unreached };
}

/** Removes the comments of inner folders from declarations, except where a file declares a public name. */
function removeInnerComments(reached) {
  const lists = publicTypes().flatMap((path) => [
    ...readFileSync(join(to, path), 'utf8').matchAll(/^export (?:type )?\{([^}]+)\}/gm),
  ]);
  const names = lists.flatMap(([, list]) => list.match(/\w+(?=,|\s*$)/g));
  const declares = new RegExp(`^export (?:declare )?(?:abstract )?\\w+ (?:${names.join('|')})\\b`, 'm');
  for (const path of reached.filter((path) => INNER.test(path))) {
    const text = readFileSync(join(to, path), 'utf8');
    if (!declares.test(text)) writeFileSync(join(to, path), text.replace(/^ *\/\*\*[\s\S]*?\*\/\n/gm, ''));
  }
}

/** Returns the declarations that package.json names. */
function publicTypes() {
  return Object.values(exports).flatMap(({ types }) => (types ? [posix.relative('dist', types)] : []));
}

function slashes(path) {
  return path.replaceAll('\\', '/');
}
