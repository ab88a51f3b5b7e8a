import { ApplyError } from '../errors.js';
import { isObject } from '../util/index.js';
import { insideOf, kindOf, partsOf, pathTo } from '../values/index.js';

/**
 * Throws for an instance of a class, of which structured clone would make a plain object without an error: a
 * table would arrive as its private fields. Walks by a list, since data may be nested deeper than calls can
 * be.
 */
export function requirePlain(item: unknown): void {
  if (!isObject(item)) return;
  const found = [item];
  const seen = new Set(found);
  for (const value of found) {
    const kind = kindOf(value);
    // Structured clone makes a plain Map of an object whose class extends Map; Set and others alike.
    const inside = kind === 'instance' ? insideOf(value) : kind;
    if (inside === undefined || inside === 'url') throw notPlain(item, value);
    // Structured clone keeps errors without their properties, and refuses proxies by itself.
    if (inside === 'error') continue;
    for (const part of partsOf(value, inside)) {
      if (!isObject(part) || seen.has(part)) continue;
      seen.add(part);
      found.push(part);
    }
  }
}

function notPlain(item: object, value: object): ApplyError {
  const { constructor: Class } = value;
  const name = typeof Class === 'function' && Class.name ? `a ${Class.name}` : 'an instance of a class';
  return new ApplyError(
    'ERR_INVALID_OPTION',
    `SharedQueue: the item${pathTo(item, value)} is ${name}, which would arrive as a plain object; put plain data, of a frame an object of its columns as arrays`,
  );
}
