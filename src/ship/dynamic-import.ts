import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { packageUrl, requireFrom } from '../util/index.js';
import { fileOf } from './file-of.js';

type Import = (specifier: string) => Promise<Record<string, unknown>>;

const importers = new Map<string, Import>();

/** Returns an `import()` that resolves packages as the file at `url` would. */
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

let isWarned = false;

/**
 * Returns the loader for scripts that call `import()`. Its first use on Node 20 emits an ExperimentalWarning,
 * once per thread; a trial script uses it up here while warnings are muted.
 */
export function mainLoader(): typeof vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER {
  const loader = vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  if (!isWarned) {
    isWarned = true;
    const { emitWarning } = process;
    process.emitWarning = () => undefined;
    try {
      const code = `import('node:module')`;
      new vm.Script(code, { filename: packageUrl, importModuleDynamically: loader }).runInThisContext();
    } finally {
      process.emitWarning = emitWarning;
    }
  }
  return loader;
}

/** Returns an object with the properties that `import.meta` has in the module at `url`. */
export function importMeta(url: string): Record<string, unknown> {
  const file = fileOf(url);
  const filename =
    url.startsWith('file:') && file !== undefined ? fileURLToPath(pathToFileURL(file)) : undefined;
  const resolve = (specifier: string): string => {
    if (/^\.{0,2}\//.test(specifier) || URL.canParse(specifier)) return new URL(specifier, url).href;
    const found = requireFrom(url).resolve(specifier);
    return fileOf(found) === undefined ? `node:${found}` : pathToFileURL(found).href;
  };
  return { url, filename, dirname: filename && dirname(filename), resolve };
}
