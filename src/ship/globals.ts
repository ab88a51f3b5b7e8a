/**
 * The names every Node thread has of itself. A free name that no scope of the function binds, and that is listed here, means
 * the global of the thread the function runs in.
 */
const language = `Object Function Array Number Boolean String Symbol BigInt Promise RegExp Date Error AggregateError EvalError
RangeError ReferenceError SyntaxError TypeError URIError Math JSON Reflect Atomics Intl Proxy ArrayBuffer SharedArrayBuffer DataView
Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float16Array Float32Array Float64Array
BigInt64Array BigUint64Array Map Set WeakMap WeakSet WeakRef FinalizationRegistry Iterator WebAssembly Temporal
parseInt parseFloat isNaN isFinite decodeURI decodeURIComponent encodeURI encodeURIComponent escape unescape eval
globalThis undefined NaN Infinity console`;

const node = `global process Buffer performance setTimeout clearTimeout setInterval clearInterval setImmediate clearImmediate
queueMicrotask structuredClone atob btoa URL URLSearchParams URLPattern TextEncoder TextDecoder AbortController AbortSignal Event
EventTarget CustomEvent MessageChannel MessagePort MessageEvent BroadcastChannel Blob File fetch Request Response Headers FormData
WebSocket EventSource CloseEvent ReadableStream ReadableStreamDefaultReader WritableStream TransformStream CompressionStream
DecompressionStream TextEncoderStream TextDecoderStream crypto Crypto CryptoKey SubtleCrypto DOMException navigator Navigator Storage
Performance PerformanceEntry PerformanceMark PerformanceMeasure PerformanceObserver`;

const names = new Set(`${language} ${node}`.split(/\s+/));

/** Never anything but the global, in code people write: not worth a look into the function's scopes. */
const unmistakable = new Set([
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
  return unmistakable.has(name);
}

let paths: Map<unknown, readonly string[]> | undefined;

/** The way from `globalThis` to a value that is part of the language or of Node. */
export function globalPath(value: unknown): readonly string[] | undefined {
  paths ??= index();
  return paths.get(value);
}

function index(): Map<unknown, readonly string[]> {
  const found = new Map<unknown, readonly string[]>([[globalThis, []]]);
  for (const name of names) {
    const value = add(found, globalThis, name, []);
    // A `global` that is not `globalThis`, as test runners have it, holds what users made, too.
    if (value === undefined || name === 'global') continue;
    for (const key of Object.getOwnPropertyNames(value)) {
      // What hangs on `process` (its streams, its environment) belongs to this thread alone; what it can do every thread's can.
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
  // Node hides most of its globals behind getters that load a part of Node. These two are loaded always.
  const loaded = holder === globalThis && (key === 'Buffer' || key === 'process');
  const value: unknown = loaded
    ? Reflect.get(holder, key)
    : Object.getOwnPropertyDescriptor(holder, key)?.value;
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function') return undefined;
  if (found.has(value)) return undefined;
  found.set(value, [...path, key]);
  return value;
}
