/**
 * Compiles bench/ to JavaScript: peers are measured without tsx. Its hooks detach an ArrayBuffer in every
 * thread that loads modules, and from then on V8 checks at each access to a typed array whether its memory is
 * still there. Loops over typed arrays then take up to half as long again: docs/performance.md.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transformSync } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = join(root, 'bench/.built');
let isBuilt = false;

/**
 * Returns the path of the JavaScript of a file of bench/, in which `import.meta.url` stays that of the
 * TypeScript.
 */
export function built(name: string): string {
  if (!isBuilt) for (const folder of ['bench', 'fixtures']) build(folder);
  isBuilt = true;
  return join(out, 'bench', name.replace(/\.ts$/, '.js'));
}

function build(folder: string): void {
  for (const path of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
    const isOurs = !path.split(sep).some((part) => part === 'node_modules' || part.startsWith('.'));
    if (!isOurs || !path.endsWith('.ts') || path.endsWith('.d.ts')) continue;
    const source = join(root, folder, path);
    const target = join(out, folder, path.replace(/\.ts$/, '.js'));
    const text = readFileSync(source, 'utf8').replaceAll(
      'import.meta.url',
      JSON.stringify(pathToFileURL(source).href),
    );
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, transformSync(text, { loader: 'ts', format: 'esm', target: 'node20' }).code);
  }
}
