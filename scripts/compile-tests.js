// Compiles tests, and what they import of this repository, into .cache/tests: plain JavaScript with source
// maps. With tsx in each test process, and in each of its workers, most test files take two to three times
// the processor time.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transform } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The first line of each compiled test file. */
const earlyExit = `import ${JSON.stringify(new URL('early-exit.js', import.meta.url).href)};`;

/** The folder of the compiled files, which lie relative to each other as their sources do. */
export const compiledRoot = join(root, '.cache', 'tests');

/** Returns the path of the compiled file. */
export const compiledPath = (path) => join(compiledRoot, path).replace(/\.ts$/, '.js');

/**
 * Compiles files and what they import by relative paths. The functions in them have the texts that tsx gives
 * them.
 *
 * @param paths relative to the repository
 */
export async function compileTests(paths) {
  const seen = new Set(paths);
  let next = [...seen];
  while (next.length > 0) {
    const imported = (await Promise.all(next.map(compile))).flat();
    next = [...new Set(imported)].filter((path) => !seen.has(path));
    for (const path of next) seen.add(path);
  }
}

/** Compiles one file. Resolves to the paths of what it imports. */
async function compile(path) {
  const code = path.endsWith('.ts') ? await compiledCode(path) : sameModule(path);
  replaceFile(compiledPath(path), code);
  return path.endsWith('.ts') ? importedBy(path, code) : [];
}

/** Writes a file unless it has that text: another run may be reading it. */
export function replaceFile(path, text) {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function importedBy(path, code) {
  const specifiers = [...code.matchAll(/\b(?:from|import)\s*\(?"(\.\.?\/[^"]+)"/g)].map((match) => match[1]);
  return specifiers.flatMap((specifier) => {
    const named = join(dirname(path), specifier);
    const file = [named.replace(/\.js$/, '.ts'), named].find((each) => existsSync(join(root, each)));
    return file === undefined ? [] : [file];
  });
}

/** A compiled file knows itself by the place of its source, beside which its data and programs lie. */
async function compiledCode(path) {
  const file = join(root, path);
  const { code } = await transform(readFileSync(file, 'utf8'), {
    loader: 'ts',
    target: 'node20',
    keepNames: true,
    sourcemap: 'inline',
    sourcesContent: false,
    sourcefile: relative(dirname(compiledPath(path)), file).replaceAll('\\', '/'),
    ...(path.endsWith('.test.ts') && { banner: earlyExit }),
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
    define: {
      'import.meta.url': JSON.stringify(pathToFileURL(file).href),
      'import.meta.filename': JSON.stringify(file),
      'import.meta.dirname': JSON.stringify(dirname(file)),
    },
  });
  return code;
}

/**
 * JavaScript is not copied: it stays one module with that which programs and workers load by its own path.
 */
function sameModule(path) {
  const file = join(root, path);
  if (path.endsWith('.cjs')) return `module.exports = require(${JSON.stringify(file)});\n`;
  const from = `from ${JSON.stringify(pathToFileURL(file).href)};\n`;
  const hasDefault = /^export default /m.test(readFileSync(file, 'utf8'));
  return `export * ${from}${hasDefault ? `export { default } ${from}` : ''}`;
}
