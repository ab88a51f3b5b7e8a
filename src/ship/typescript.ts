import Module from 'node:module';
import { pathToFileURL } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { fileOf } from './file-of.js';
import { importFrom } from './load-module.js';
import type { Node } from './payload.js';

let registering: Promise<void> | undefined;

/**
 * Before a payload imports TypeScript: on Node versions without `registerHooks`, 20 among them, tsx translates in the main thread only,
 * though workers get its flags. So it is registered here too, which costs 130 ms, once per worker that needs it.
 */
export async function prepareTypeScript(nodes: readonly Node[]): Promise<void> {
  if (isMainThread || 'registerHooks' in Module || !nodes.some(mayImportTypeScript)) return;
  registering ??= register();
  await registering;
}

/** An import() may name a `.ts` file, or by tsx's rule a `.js` file that is in truth a `.ts` file. */
function mayImportTypeScript(node: Node): boolean {
  if (node.kind === 'function') return node.importsDynamically;
  return node.kind === 'module' && node.via === 'import' && isTypeScript(node.id);
}

export const isTypeScript = (url: string): boolean => /\.(?:[cm]?ts|tsx)(?:[?#].*)?$/.test(url);

async function register(): Promise<void> {
  const tsx = flags().find((flag) => /(?:^|[\\/])tsx(?:[\\/]|$)/.test(flag));
  if (tsx === undefined) return;
  const start = fileOf(tsx) ?? `${process.cwd()}/program.js`;
  try {
    const api = await importFrom(pathToFileURL(start).href)('tsx/esm/api');
    (api as { readonly register: () => unknown }).register();
  } catch {
    // Another version of it, or none: the import that fails then says what it lacks.
  }
}

/** What Node was told to load first: `--import tsx`, `--import=file:///…/tsx/dist/loader.mjs`. */
function flags(): string[] {
  return [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(/\s+/)].map((flag) =>
    flag.replace(/^--(?:import|loader|experimental-loader|require)=/, ''),
  );
}
