/**
 * The global names that every Node thread has. A free name that is listed here, and that no scope of the
 * function binds, stands for the global of the thread in which the function runs.
 */
const language = `
Object Function Array Number Boolean String Symbol BigInt Promise RegExp Date Error AggregateError
EvalError RangeError ReferenceError SuppressedError SyntaxError TypeError URIError Math JSON Reflect Atomics Intl Proxy
ArrayBuffer SharedArrayBuffer DataView Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array
Int32Array Uint32Array Float16Array Float32Array Float64Array BigInt64Array BigUint64Array Map Set
WeakMap WeakSet WeakRef FinalizationRegistry Iterator WebAssembly Temporal parseInt parseFloat isNaN
isFinite decodeURI decodeURIComponent encodeURI encodeURIComponent escape unescape eval globalThis
undefined NaN Infinity console`;

const node = `
global process Buffer performance setTimeout clearTimeout setInterval clearInterval setImmediate
clearImmediate queueMicrotask structuredClone atob btoa URL URLSearchParams URLPattern TextEncoder
TextDecoder AbortController AbortSignal Event EventTarget CustomEvent MessageChannel MessagePort
MessageEvent BroadcastChannel Blob File fetch Request Response Headers FormData WebSocket EventSource
CloseEvent ReadableStream ReadableStreamDefaultReader WritableStream TransformStream CompressionStream
DecompressionStream TextEncoderStream TextDecoderStream crypto Crypto CryptoKey SubtleCrypto DOMException
navigator Navigator Storage Performance PerformanceEntry PerformanceMark PerformanceMeasure
PerformanceObserver`;

const names = new Set(`${language} ${node}`.trim().split(/\s+/));

/**
 * Names that nobody gives to a variable of their own, so that the function's scopes need not be read for
 * them.
 */
const surelyGlobal = new Set([
  'undefined',
  'NaN',
  'Infinity',
  'globalThis',
  'Math',
  'JSON',
  'Reflect',
  'Atomics',
]);

export function isGlobalName(name: string): boolean {
  return names.has(name);
}

export function isSurelyGlobal(name: string): boolean {
  return surelyGlobal.has(name);
}

let paths: Map<unknown, readonly string[]> | undefined;

/**
 * Returns the path from `globalThis` to a value that is part of the language or of Node; undefined for
 * others.
 */
export function globalPath(value: unknown): readonly string[] | undefined {
  paths ??= index();
  return paths.get(value);
}

function index(): Map<unknown, readonly string[]> {
  const found = new Map<unknown, readonly string[]>([[globalThis, []]]);
  for (const name of names) {
    const value = add(found, globalThis, name, []);
    // Skips the members of `global`: under test runners it differs from `globalThis`, and holds values of the
    // user's.
    if (value === undefined || name === 'global') continue;
    for (const key of Object.getOwnPropertyNames(value)) {
      // Enters only the functions of `process`: its other members, such as streams, belong to this thread
      // alone.
      if (name === 'process' && typeof Object.getOwnPropertyDescriptor(value, key)?.value !== 'function')
        continue;
      const member = add(found, value, key, [name]);
      if (key !== 'prototype' || !member) continue;
      for (const method of Object.getOwnPropertyNames(member)) add(found, member, method, [name, key]);
    }
  }
  return found;
}

function add(
  found: Map<unknown, readonly string[]>,
  holder: object,
  key: string,
  path: readonly string[],
): object | undefined {
  // Does not run getters of `globalThis`, as they load parts of Node; these two are always loaded.
  const loaded = holder === globalThis && (key === 'Buffer' || key === 'process');
  const value: unknown = loaded
    ? Reflect.get(holder, key)
    : Object.getOwnPropertyDescriptor(holder, key)?.value;
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function') return undefined;
  if (found.has(value)) return undefined;
  found.set(value, [...path, key]);
  return value;
}
