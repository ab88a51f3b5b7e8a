import Module from 'node:module';
import { pathToFileURL } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { importFrom } from './dynamic-import.js';
import { fileOf } from './file-of.js';
import type { Node } from './payload.js';

let registering: Promise<void> | undefined;

/**
 * Registers tsx in a worker whose payload imports TypeScript. On Node versions without `registerHooks`,
 * such as 20, tsx translates only in the main thread, though workers get its flags. It takes 130 ms,
 * once per worker that needs it.
 */
export async function prepareTypeScript(nodes: readonly Node[]): Promise<void> {
  if (isMainThread || 'registerHooks' in Module || !nodes.some(mayImportTypeScript)) return;
  registering ??= register();
  await registering;
}

/**
 * Any import() counts: it may name a `.ts` file, or a `.js` file for which tsx loads the `.ts` file beside
 * it.
 */
function mayImportTypeScript(node: Node): boolean {
  if (node.kind === 'function') return node.importsDynamically;
  return node.kind === 'module' && node.via === 'import' && isTypeScript(node.id);
}

const isTypeScript = (url: string): boolean => /\.(?:[cm]?ts|tsx)(?:[?#].*)?$/.test(url);

async function register(): Promise<void> {
  const tsx = flags().find((flag) => /(?:^|[\\/])tsx(?:[\\/]|$)/.test(flag));
  if (tsx === undefined) return;
  const start = fileOf(tsx) ?? `${process.cwd()}/program.js`;
  try {
    const api = await importFrom(pathToFileURL(start).href)('tsx/esm/api');
    (api as { readonly register: () => unknown }).register();
  } catch {
    // Without tsx, or with another version, the import of the TypeScript file fails and says why.
  }
}

/** Lists the values of Node's flags, such as `tsx` of `--import tsx` or `--import=tsx`. */
function flags(): string[] {
  return [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(/\s+/)].map((flag) =>
    flag.replace(/^--(?:import|loader|experimental-loader|require)=/, ''),
  );
}
