import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { ApplyError } from '../errors.js';
import { fileOf } from './file-of.js';
import type { ModuleNode } from './payload.js';

type Import = (specifier: string) => Promise<Record<string, unknown>>;

/** Loads what a module node points at. */
export async function load(node: ModuleNode): Promise<unknown> {
  let value: unknown;
  try {
    value = await loadModule(node);
  } catch (cause) {
    const hint =
      (cause as NodeJS.ErrnoException | null)?.code === 'ERR_UNKNOWN_FILE_EXTENSION'
        ? ". Workers do not have this program's TypeScript loader: name the compiled file, or pass the function itself"
        : '';
    throw new ApplyError(
      'ERR_UNSHIPPABLE',
      `${node.id} could not be loaded in the worker: ${String(cause)}${hint}`,
      { cause },
    );
  }
  for (const key of node.path) {
    // A CommonJS module's exports are on its default where Node cannot tell their names from the source.
    const holder = Object(value) as Record<string, unknown>;
    value =
      key in holder || node.via !== 'import' ? holder[key] : (Object(holder.default) as typeof holder)[key];
  }
  if (value === undefined) {
    throw new ApplyError('ERR_UNSHIPPABLE', `${node.id} exports no ${node.path.join('.')} in the worker`);
  }
  return value;
}

async function loadModule({ via, id, parent }: ModuleNode): Promise<unknown> {
  if (via === 'builtin') return process.getBuiltinModule(id);
  if (via === 'require') return createRequire(id)(id);
  if (/^\.{0,2}\//.test(id)) return import(new URL(id, parent).href);
  if (/^[a-z]+:/.test(id) || parent === undefined) return import(id);
  return importFrom(parent)(id);
}

const importers = new Map<string, Import>();

/** An `import()` that resolves packages as the file at `url` would. */
export function importFrom(url: string): Import {
  let importer = importers.get(url);
  if (!importer) {
    importer = new vm.Script('(specifier) => import(specifier)', {
      filename: url,
      importModuleDynamically: mainLoader(),
    }).runInThisContext() as Import;
    importers.set(url, importer);
  }
  return importer;
}

let announced = false;

/** For scripts that call `import()`. Node 20 warns, once per thread, that this is experimental: users need not hear it. */
export function mainLoader(): typeof vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER {
  const loader = vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  if (!announced) {
    announced = true;
    const { emitWarning } = process;
    process.emitWarning = () => undefined;
    try {
      const code = `import('node:module')`;
      new vm.Script(code, { filename: import.meta.url, importModuleDynamically: loader }).runInThisContext();
    } finally {
      process.emitWarning = emitWarning;
    }
  }
  return loader;
}

/** What `import.meta` is for the module at `url`. */
export function importMeta(url: string): Record<string, unknown> {
  const file = fileOf(url);
  const filename =
    url.startsWith('file:') && file !== undefined ? fileURLToPath(pathToFileURL(file)) : undefined;
  const resolve = (specifier: string): string => {
    if (/^\.{0,2}\//.test(specifier) || URL.canParse(specifier)) return new URL(specifier, url).href;
    const found = createRequire(url).resolve(specifier);
    return fileOf(found) === undefined ? `node:${found}` : pathToFileURL(found).href;
  };
  return { url, filename, dirname: filename && dirname(filename), resolve };
}
