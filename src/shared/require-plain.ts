import { types } from 'node:util';
import { ApplyError } from '../errors.js';

/** An object to look at, and the way to it: it becomes text where something is wrong. */
interface Found {
  readonly value: object;
  readonly step?: string | number;
  readonly parent?: Found;
}

/**
 * Throws where structured clone would make a plain object, without a word, of an instance of a class: a table would arrive as its private
 * fields. Walks by a list, not on the stack.
 */
export function requirePlain(item: unknown): void {
  if (!isObject(item)) return;
  const found: Found[] = [{ value: item }];
  const seen = new Set<object>([item]);
  for (const parent of found) {
    const { value } = parent;
    const add = (step: string | number, part: object) => {
      if (seen.has(part)) return;
      seen.add(part);
      found.push({ value: part, step, parent });
    };
    // No call for a number: lists of them are long.
    const addAll = (parts: readonly unknown[]) => {
      for (let k = 0; k < parts.length; k++) {
        const part = parts[k];
        if (isObject(part)) add(k, part);
      }
    };
    if (Array.isArray(value)) addAll(value);
    else if (isPlain(value)) {
      for (const key of Object.keys(value)) {
        const part: unknown = Reflect.get(value, key);
        if (isObject(part)) add(key, part);
      }
    } else if (types.isMap(value)) addAll([...value.keys(), ...value.values()]);
    else if (types.isSet(value)) addAll([...value]);
    else if (!isCloned(value)) throw notPlain(parent);
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Of any realm: above its prototype there is nothing. */
function isPlain(value: object): boolean {
  const proto = Object.getPrototypeOf(value) as object | null;
  return proto === null || Object.getPrototypeOf(proto) === null;
}

/** What structured clone knows besides, or refuses by itself. */
const isCloned = (value: object): boolean =>
  ArrayBuffer.isView(value) ||
  types.isAnyArrayBuffer(value) ||
  types.isDate(value) ||
  types.isRegExp(value) ||
  types.isNativeError(value) ||
  types.isBoxedPrimitive(value) ||
  types.isProxy(value);

function notPlain(found: Found): ApplyError {
  const { constructor: Class } = found.value;
  const name = typeof Class === 'function' && Class.name ? `a ${Class.name}` : 'an instance of a class';
  return new ApplyError(
    'ERR_INVALID_OPTION',
    `SharedQueue: ${pathOf(found)} is ${name}, which would arrive as a plain object; put plain data, of a frame an object of its columns as arrays`,
  );
}

function pathOf({ step, parent }: Found): string {
  if (!parent) return 'the item';
  return `${pathOf(parent)}${typeof step === 'number' ? `[${step}]` : `.${step}`}`;
}
