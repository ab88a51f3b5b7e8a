import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { compileFunction } from 'node:vm';

/*
 * parquet-wasm, compiled once for all threads. Its own entry compiles five megabytes in each thread and keeps
 * its memory, which never shrinks, for good. Here threads share the compiled module, and an instance whose
 * memory has grown large is dropped for a new one.
 */

/** A WebAssembly.Module, which Node's own types do not name. */
export type CompiledLibrary = object;

declare const WebAssembly: { compile(bytes: Uint8Array): Promise<CompiledLibrary> };

type ParquetWasm = typeof import('parquet-wasm');

const requireHere = createRequire(import.meta.url);

let compiling: Promise<CompiledLibrary> | undefined;

/** Compiles the library, once a thread. Other threads take the module as it is. */
export function compileParquet(): Promise<CompiledLibrary> {
  compiling ??= readFile(requireHere.resolve('parquet-wasm/node/parquet_wasm_bg.wasm')).then((bytes) =>
    WebAssembly.compile(bytes),
  );
  return compiling;
}

let instance: ParquetWasm | undefined;

/** An instance is dropped once its memory has grown beyond this. */
const MOST_BYTES = 256 * 1024 * 1024;

/** Returns the library of this thread. All that it gave before must have been freed or copied. */
export function parquetLibrary(module: CompiledLibrary): ParquetWasm {
  if (instance && memoryOf(instance).byteLength > MOST_BYTES) instance = undefined;
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
function instantiate(module: CompiledLibrary): ParquetWasm {
  const path = requireHere.resolve('parquet-wasm/node');
  const names = ['exports', 'require', '__filename', '__dirname', 'WebAssembly'];
  const run = compileFunction(readFileSync(path, 'utf8'), names, { filename: path });
  const compiled = function Module() {
    return module;
  };
  const exports = {} as ParquetWasm;
  const withModule = Object.create(WebAssembly, { Module: { value: compiled } });
  run(exports, createRequire(path), path, dirname(path), withModule);
  return exports;
}
