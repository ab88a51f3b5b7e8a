/*
 * Loads the code of threads and child processes whose functions import nothing. It is CommonJS, which needs
 * no loader of ES modules. V8 compiles it once for many threads and programs: Node keeps the code from 22.1
 * on, and before that this module does.
 */

import type * as Worker from './worker.js' with { 'resolution-mode': 'import' };

const { getBuiltinModule } = process;
const { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } =
  getBuiltinModule('node:fs');
const { basename, dirname, join } = getBuiltinModule('node:path');
const { threadId } = getBuiltinModule('node:worker_threads');
const { cachedDataVersionTag } = getBuiltinModule('node:v8');
const vm = getBuiltinModule('node:vm');
// A checksum and not a digest: node:crypto takes a thread two milliseconds to load.
const { crc32 } = getBuiltinModule('node:zlib');
/** Node 20 lacks it. */
const { enableCompileCache } = getBuiltinModule('node:module') as { enableCompileCache?(): void };

const BUNDLE = join(__dirname, 'worker.cjs');
/** The file that the bundle is made of. It lies in build/ only, and the package has the bundle. */
const MODULES = './worker.js';
const [BEFORE, AFTER] = ['(function (exports, require, module, __filename, __dirname) { ', '\n})'];

/** A file whose compiled code is not kept yet. */
interface Uncached {
  readonly script: InstanceType<typeof vm.Script>;
  readonly path: string;
}

const uncached: Uncached[] = [];

/** Has Node keep the code that it compiles, where it can. NODE_DISABLE_COMPILE_CACHE=1 switches it off. */
function useCompileCache(): void {
  enableCompileCache?.();
}

/** Loads the bundle. In build/ there is none, and the modules are loaded one by one. */
async function loadWorker(): Promise<typeof Worker> {
  if (!existsSync(BUNDLE)) return importHere(MODULES) as Promise<typeof Worker>;
  const source = readFileSync(BUNDLE, 'latin1');
  const folder = enableCompileCache ? undefined : cacheFolder(source);
  return folder === undefined ? require(BUNDLE) : load(BUNDLE, source, folder);
}

/**
 * Keeps the code that was compiled until now, which includes the functions that a first job has called. It
 * takes some milliseconds, once for each version of Node and of this package.
 */
function keepCode(): void {
  for (const { script, path } of uncached.splice(0)) {
    try {
      write(path, script.createCachedData());
    } catch {
      // The folder cannot be written: the next thread compiles as this one did.
    }
  }
}

/**
 * Returns the folder for the compiled code of a bundle, whose text names its other parts by their content.
 * The folder lies beside the package, where whoever may write may change the package as well: V8 trusts what
 * it finds.
 */
function cacheFolder(source: string): string | undefined {
  const { NODE_COMPILE_CACHE: chosen, NODE_DISABLE_COMPILE_CACHE: isDisabled } = process.env;
  if (isDisabled) return undefined;
  const name = `${crc32(source).toString(16)}-${source.length}`;
  if (chosen) return join(chosen, 'apply-parallel', name);
  const home = dirname(__dirname);
  const modules = basename(dirname(home)) === 'node_modules' ? dirname(home) : join(home, 'node_modules');
  return existsSync(modules) ? join(modules, '.cache', 'apply-parallel', name) : undefined;
}

/** Loads a bundle, and the bundles that it requires, with compiled code if there is any. */
function load(file: string, source: string, folder: string): typeof Worker {
  // Node may be another, or run with other flags: V8 tells its code by this number.
  const path = join(folder, `${basename(file, '.cjs')}-${cachedDataVersionTag().toString(16)}.bin`);
  const cachedData = read(path);
  const script = new vm.Script(BEFORE + source + AFTER, {
    filename: file,
    columnOffset: -BEFORE.length,
    cachedData,
  });
  if (cachedData === undefined || script.cachedDataRejected) uncached.push({ script, path });
  const module = { exports: {} as typeof Worker };
  const requireHere = (id: string): unknown => {
    if (!id.startsWith('./worker-')) return require(id);
    const part = join(__dirname, id);
    parts[part] ??= load(part, readFileSync(part, 'latin1'), folder);
    return parts[part];
  };
  script.runInThisContext()(module.exports, requireHere, module, file, __dirname);
  return module.exports;
}

const parts: { [file: string]: typeof Worker } = {};

/**
 * The bytes of a checksum, which come before the code: V8 does not notice damage, and would crash on it. As
 * many as V8 aligns code to, which it would copy otherwise.
 */
const CHECKSUM_BYTES = 8;

function checksumOf(bytes: Uint8Array): Buffer {
  const checksum = Buffer.alloc(CHECKSUM_BYTES);
  checksum.writeUInt32LE(crc32(bytes));
  return checksum;
}

function read(path: string): Buffer | undefined {
  try {
    const bytes = readFileSync(path);
    const code = bytes.subarray(CHECKSUM_BYTES);
    return checksumOf(code).equals(bytes.subarray(0, CHECKSUM_BYTES)) ? code : undefined;
  } catch {
    return undefined;
  }
}

/** The name of a file that is being written, which a writer that was killed leaves behind. */
const TEMPORARY = /\.bin\.\d+\.\d+$/;
/** Writing takes milliseconds; after a minute nobody writes any more. */
const STALE_MS = 60_000;

/** Writes a file that appears whole, and removes the folders of other builds and what killed writers left. */
function write(path: string, code: Buffer): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true });
  const temporary = `${path}.${process.pid}.${threadId}`;
  writeFileSync(temporary, Buffer.concat([checksumOf(code), code]));
  renameSync(temporary, path);
  const all = dirname(folder);
  for (const name of readdirSync(all)) {
    if (name !== basename(folder)) rmSync(join(all, name), { recursive: true, force: true });
  }
  for (const name of readdirSync(folder)) {
    const left = join(folder, name);
    if (TEMPORARY.test(name) && Date.now() - statSync(left).mtimeMs > STALE_MS) rmSync(left, { force: true });
  }
}

/** `import()` for the bundle. */
const importHere = (specifier: string): Promise<unknown> => import(specifier);

export = { useCompileCache, loadWorker, keepCode, importHere };
