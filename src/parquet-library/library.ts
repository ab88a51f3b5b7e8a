import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { compileFunction } from 'node:vm';
import { packageUrl, requireFrom, requirePackageHome } from '../util/index.js';

/*
 * parquet-wasm, compiled once for all threads. Its own entry compiles five megabytes in each thread and keeps
 * its memory, which never shrinks, for good. Here threads share the compiled module, and an instance whose
 * memory has grown large is dropped for a new one.
 */

/** A WebAssembly.Module, which Node's own types do not name. */
export type CompiledLibrary = object;

declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<CompiledLibrary>;
  readonly Instance: new (module: CompiledLibrary, imports: object) => object;
};

type ParquetWasm = typeof import('parquet-wasm');

const requireHere = requireFrom(packageUrl);

let compiling: Promise<CompiledLibrary> | undefined;

/** Compiles the library, once a thread. Other threads take the module as it is. */
export function compileParquet(): Promise<CompiledLibrary> {
  compiling ??= compile();
  return compiling;
}

async function compile(): Promise<CompiledLibrary> {
  requirePackageHome('Parquet files cannot be read and written', '');
  const bytes = await readFile(requireHere.resolve('parquet-wasm/node/parquet_wasm_bg.wasm'));
  return WebAssembly.compile(bytes);
}

/** The library of a thread, and a promise that rejects when it panics. */
export interface ParquetInstance {
  readonly parquet: ParquetWasm;
  readonly panic: Promise<never>;
}

let instance: ParquetInstance | undefined;

/** An instance is dropped once its memory has grown beyond this. */
const MOST_BYTES = 256 * 1024 * 1024;

/** Returns the library of this thread. All that it gave before must have been freed or copied. */
export function parquetLibrary(module: CompiledLibrary): ParquetInstance {
  if (instance && memoryOf(instance.parquet).byteLength > MOST_BYTES) instance = undefined;
  instance ??= instantiate(module);
  return instance;
}

/** Returns the memory of an instance. It is another one after the next call, which may let it grow. */
export const memoryOf = (library: ParquetWasm): ArrayBuffer =>
  (library.wasmMemory() as { buffer: ArrayBuffer }).buffer;

/** Drops the instance of this thread, after an error inside WebAssembly left it in an unknown state. */
export function dropParquetLibrary(): void {
  instance = undefined;
}

/** Runs the library's script for Node with a `WebAssembly` that has the module compiled already. */
function instantiate(module: CompiledLibrary): ParquetInstance {
  const path = requireHere.resolve('parquet-wasm/node');
  const names = ['exports', 'require', '__filename', '__dirname', 'WebAssembly'];
  const run = compileFunction(readFileSync(path, 'utf8'), names, { filename: path });
  const { promise, reject } = rejecter();
  const Module = function Module() {
    return module;
  };
  const Instance = function Instance(_: CompiledLibrary, imports: Imports) {
    return new WebAssembly.Instance(module, guardImports(imports, reject));
  };
  const parquet = {} as ParquetWasm;
  const withModule = Object.create(WebAssembly, { Module: { value: Module }, Instance: { value: Instance } });
  run(parquet, requireFrom(path), path, dirname(path), withModule);
  return { parquet, panic: promise };
}

function rejecter() {
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<never>((_, rejectIt) => {
    reject = rejectIt;
  });
  // Prevents an unhandled rejection: it may reject while no call waits.
  promise.catch(() => {});
  return { promise, reject };
}

/** Bytes that the library may take as they are where it asks for an ArrayBuffer. */
const whole = new WeakSet<object>();

/**
 * Returns bytes that the library takes in place of an ArrayBuffer, so that they may lie in memory that is
 * used again. They must stay as they are until the library has read what it asked for.
 */
export function asWhole(bytes: Uint8Array): ArrayBuffer {
  whole.add(bytes);
  return bytes as Uint8Array & ArrayBuffer;
}

type Imports = { readonly [module: string]: { readonly [name: string]: unknown } };

/**
 * Changes the library's imports. It takes bytes from {@link asWhole} as they are. The imports through which
 * it runs code later are guarded: no caller would catch a panic there, which would end the process, and the
 * promise that waits for the result would never settle.
 */
function guardImports(imports: Imports, onPanic: (error: unknown) => void): Imports {
  const guard = (name: string, value: unknown): unknown => {
    if (typeof value !== 'function') return value;
    if (name.startsWith('__wbg_then_')) {
      return (...args: unknown[]) => {
        const result = value(...args) as Promise<unknown>;
        result.catch(onPanic);
        return result;
      };
    }
    // `new Uint8Array(buffer)`; the same call with a view would copy it.
    if (name.startsWith('__wbg_new_')) {
      return (...args: unknown[]) => (whole.has(args[0] as object) ? args[0] : value(...args));
    }
    if (!name.startsWith('__wbg_queueMicrotask_')) return value;
    return (first: unknown) => {
      if (typeof first !== 'function') return value(first);
      return value(() => {
        try {
          first();
        } catch (error) {
          onPanic(error);
        }
      });
    };
  };
  return Object.fromEntries(
    Object.entries(imports).map(([module, members]) => [
      module,
      Object.fromEntries(Object.entries(members).map(([name, value]) => [name, guard(name, value)])),
    ]),
  );
}
