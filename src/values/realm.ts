import { deserialize, serialize } from 'node:v8';
import { isNative } from './classes.js';

/*
 * Test runners such as vitest with vmThreads run a program in a realm of its own: its Object is another one
 * than that of the thread. V8's deserializer makes objects of the thread's realm, which `toEqual` and
 * `instanceof` tell apart.
 */

let isForeign: boolean | undefined;
/** Maps prototypes of the thread's realm to those of this one; to themselves where they have none here. */
const own = new WeakMap<object, object | null>();

/** Gives a deserialized value the classes of the realm that this module runs in. Returns the value itself. */
export function toThisRealm<T>(value: T): T {
  isForeign ??= Object.getPrototypeOf(deserialize(serialize({}))) !== Object.prototype;
  if (isForeign) adopt(value);
  return value;
}

function adopt(root: unknown): void {
  const seen = new Set<object>();
  const waiting: unknown[] = [root];
  for (let value = waiting.pop(); ; value = waiting.pop()) {
    if (typeof value === 'object' && value !== null && !seen.has(value)) {
      seen.add(value);
      const prototype = ownPrototype(Object.getPrototypeOf(value));
      if (prototype !== Object.getPrototypeOf(value)) Object.setPrototypeOf(value, prototype);
      addParts(value, waiting);
    }
    if (waiting.length === 0) return;
  }
}

function addParts(value: object, waiting: unknown[]): void {
  if (ArrayBuffer.isView(value)) {
    waiting.push(value.buffer);
    return;
  }
  if (value instanceof Map) for (const [key, each] of value) waiting.push(key, each);
  if (value instanceof Set) for (const each of value) waiting.push(each);
  // Numbers, of which a list may have millions, do not wait.
  for (const key of Object.keys(value)) {
    const part: unknown = Reflect.get(value, key);
    if (typeof part === 'object') waiting.push(part);
  }
}

function ownPrototype(prototype: object | null): object | null {
  if (prototype === null) return null;
  let found = own.get(prototype);
  if (found === undefined) {
    found = prototype;
    const { name } = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value ?? {};
    const here: unknown = Reflect.get(globalThis, name);
    if (typeof here === 'function' && isNative(here)) found = here.prototype as object;
    own.set(prototype, found);
  }
  return found;
}
