import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as arrow from 'apache-arrow';
import type { Cluster } from '../../cluster/index.js';
import type { Artifact } from '../../cluster/inside.js';
import { ApplyError } from '../../errors.js';
import { loadPeer } from '../../frame/index.js';
import type { Node, ShippedFunction } from '../../ship/index.js';
import { BUNDLED, OWN_ARROW } from './protocol.js';
import { hashOf } from './runner-files.js';

/** A function that needs no module of this machine, and the file that it needs instead. */
export interface PortableFunction {
  readonly fn: ShippedFunction;
  readonly artifacts: readonly Artifact[];
}

type ModuleNode = Extract<Node, { kind: 'module' }>;

/** The part of esbuild that is used. */
interface Bundler {
  build(options: object): Promise<{ readonly outputFiles: readonly [{ readonly contents: Uint8Array }] }>;
}

interface Resolver {
  onResolve(
    options: { readonly filter: RegExp },
    callback: (args: { readonly path: string; readonly importer: string }) => unknown,
  ): void;
  onLoad(options: { readonly filter: RegExp; readonly namespace: string }, callback: () => unknown): void;
  resolve(path: string, options: object): Promise<unknown>;
}

/**
 * Makes one file of all modules that a function imports: so each has one state, as here. Native addons cannot
 * be bundled, and imports inside the function are not seen by a bundler: both are refused by name.
 */
export async function bundleModules(fn: ShippedFunction, { executors }: Cluster): Promise<PortableFunction> {
  if (executors.modules === 'installed') return { fn, artifacts: [] };
  for (const node of fn.nodes) if (node.kind === 'function') refuseInnerImports(node);
  const named = fn.nodes.map((node) => (isImported(node) ? byName(node) : node));
  const modules = named.filter(isImported);
  if (modules.length === 0) return { fn, artifacts: [] };
  const numbers = new Map<string, number>();
  const distinct: ModuleNode[] = [];
  for (const module of modules) {
    if (numbers.has(keyOf(module))) continue;
    numbers.set(keyOf(module), distinct.length);
    distinct.push(module);
  }
  const bytes = await bundle(distinct);
  const file = `apply_parallel_${hashOf(bytes)}.mjs`;
  const nodes = named.map((node): Node => {
    if (!isImported(node)) return node;
    const path = [`m${numbers.get(keyOf(node))}`, ...node.path];
    return { kind: 'module', via: 'import', id: `${BUNDLED}${file}`, path };
  });
  return { fn: { ...fn, nodes }, artifacts: [{ name: `files/${file}`, bytes }] };
}

const isImported = (node: Node): node is ModuleNode => node.kind === 'module' && node.via !== 'builtin';

/**
 * Returns a reference by the name of the package if it is to an export of apache-arrow. Those of captured
 * types and tables name the file of a class, and a second apache-arrow does not know the types of the first.
 */
function byName(node: ModuleNode): ModuleNode {
  const [name] = node.path;
  const isArrow = /[\\/]node_modules[\\/]apache-arrow[\\/].+\.m?js$/.test(node.id);
  return isArrow && name in arrow
    ? { kind: 'module', via: 'import', id: 'apache-arrow', path: node.path }
    : node;
}

const keyOf = ({ via, id, parent }: ModuleNode): string => JSON.stringify([via, id, parent]);

async function bundle(modules: readonly ModuleNode[]): Promise<Uint8Array> {
  const { build } = (await loadPeer('esbuild', 'Functions that import modules, on a cluster,')) as Bundler;
  const lines = modules.map(({ via }, k) =>
    via === 'import'
      ? `import * as m${k} from 'shipped:${k}'; export { m${k} };`
      : `export const m${k} = require('shipped:${k}');`,
  );
  const exported = Object.keys(arrow).map((name) => `export const ${name} = arrow.${name};`);
  const ownArrow = [`const arrow = globalThis[Symbol.for('${OWN_ARROW}')];`, ...exported].join('\n');
  let addon: string | undefined;
  const plugin = {
    name: 'shipped',
    setup(bundler: Resolver) {
      bundler.onResolve({ filter: /^shipped:/ }, ({ path }) => {
        const { via, id, parent } = modules[Number(path.slice('shipped:'.length))];
        const from = parent?.startsWith('file:') ? dirname(fileURLToPath(parent)) : process.cwd();
        const target = id.startsWith('file:') ? fileURLToPath(id) : id;
        const kind = via === 'import' ? 'import-statement' : 'require-call';
        return bundler.resolve(target, { resolveDir: from, kind });
      });
      bundler.onResolve({ filter: /^apache-arrow$/ }, ({ path }) => ({ path, namespace: OWN_ARROW }));
      bundler.onLoad({ filter: /.*/, namespace: OWN_ARROW }, () => ({ contents: ownArrow }));
      bundler.onResolve({ filter: /\.node$/ }, ({ path, importer }) => {
        addon ??= `${path}, which ${importer} loads`;
        return { path, external: true };
      });
    },
  };
  const names = modules.map(({ id }) => id).join(', ');
  try {
    const { outputFiles } = await build({
      stdin: { contents: lines.join('\n'), resolveDir: process.cwd() },
      bundle: true,
      write: false,
      platform: 'node',
      format: 'esm',
      target: 'node20.19',
      minify: true,
      keepNames: true,
      logLevel: 'silent',
      // CommonJS packages load what belongs to Node by `require`.
      banner: {
        js: "import{createRequire as shippedRequire}from'node:module';const require=shippedRequire(import.meta.url);",
      },
      plugins: [plugin],
    });
    if (addon === undefined) return outputFiles[0].contents;
  } catch (cause) {
    throw new ApplyError(
      'ERR_UNSHIPPABLE',
      `what the function imports cannot be bundled for the executors (${names}): ${(cause as Error).message}`,
      { cause },
    );
  }
  throw new ApplyError(
    'ERR_UNSHIPPABLE',
    `the function imports a native addon, ${addon}, which cannot be sent: install the package on the executors, ` +
      "and open the cluster with { modules: 'installed' }",
  );
}

/** Throws for an import or require of a package in the source of a function. */
function refuseInnerImports({ source, file }: Extract<Node, { kind: 'function' }>): void {
  for (const [, call, specifier] of source.matchAll(/\b(import|require)\(\s*['"`]([^'"`$]+)['"`]\s*\)/g)) {
    if (specifier.startsWith('node:') || process.getBuiltinModule(specifier)) continue;
    throw new ApplyError(
      'ERR_UNSHIPPABLE',
      `${call}('${specifier}') inside a function of ${file} is not seen by the bundler that makes the file for ` +
        "the executors: import it at the top of the file, or open the cluster with { modules: 'installed' }",
    );
  }
}
