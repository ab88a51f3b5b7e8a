import { ApplyError } from '../errors.js';
import { bareError, type ErrorRecord, hasParts, kindOf, putRecord, recordOf } from '../values/index.js';
import type { Header, Meta } from './format.js';
import { scan } from './scan.js';
import { deserialize, Sections, serialize, Token } from './sections.js';
import { describeSpecial, loadFrames, reviveSpecial, type Special } from './specials.js';

/** An error of the value, and what it gets back after V8 has read it. */
interface StoredError extends ErrorRecord {
  readonly error: Error;
}

/** A value ready to be written. */
export interface Encoded {
  /** Its header, but for the lengths and checksums of the sections. */
  readonly header: Omit<Header, 'sections'>;
  readonly sections: readonly Uint8Array[];
}

/** Encodes a value without copying large memory: the sections are the value's own memory. */
export function encode(value: unknown, name: string, meta?: Meta): Encoded {
  const findings = scan(value, name);
  const sections = new Sections();
  const specials = Array.from(findings.specials, describeSpecial);
  sections.bytes[0] = serialize(specials, sections);
  const copies = new Map<object, object>();
  [...findings.specials].forEach((special, index) => {
    copies.set(special, new Token(index));
  });
  const records = findings.errors.map((error) => ({ error, ...recordOf(error) })).filter(hasParts);
  for (const { error } of records) copies.set(error, bareError(error));
  const whole = [value, findings.bare, records];
  try {
    sections.bytes[1] = serialize(copies.size === 0 ? whole : substitute(whole, copies), sections);
  } catch (error) {
    throw new ApplyError(
      'ERR_UNSTORABLE',
      `dump: ${name} cannot be kept in a file: ${(error as Error).message}`,
      {
        cause: error,
      },
    );
  }
  const frames = specials.flatMap((special) => (special.kind === 'frame' ? special.of : []));
  const header = { frames: [...new Set(frames)], shared: sections.shared, meta };
  return { header, sections: sections.bytes };
}

/**
 * Copies all arrays, objects, maps and sets, and puts the values of `copies` in place of its keys. Shares all
 * else with the original.
 */
function substitute(root: unknown, copies: Map<object, object>): unknown {
  const waiting: [object, object][] = [];
  const copyOf = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    const known = copies.get(value);
    if (known) return known;
    const shell = emptyLike(value);
    if (!shell) return value;
    copies.set(value, shell);
    waiting.push([value, shell]);
    return shell;
  };
  const copy = copyOf(root);
  for (let pair = waiting.pop(); pair; pair = waiting.pop()) {
    const [from, to] = pair;
    if (to instanceof Map)
      for (const [key, inner] of from as Map<unknown, unknown>) to.set(copyOf(key), copyOf(inner));
    else if (to instanceof Set) for (const member of from as Set<unknown>) to.add(copyOf(member));
    else {
      if (Array.isArray(to)) to.length = (from as unknown[]).length;
      for (const [key, inner] of Object.entries(from)) {
        Object.defineProperty(to, key, {
          value: copyOf(inner),
          enumerable: true,
          writable: true,
          configurable: true,
        });
      }
    }
  }
  return copy;
}

function emptyLike(value: object): object | undefined {
  switch (kindOf(value)) {
    case 'array':
      return [];
    case 'map':
      return new Map();
    case 'set':
      return new Set();
    case 'object':
    case 'bare':
      return {};
    default:
      return undefined;
  }
}

/**
 * Makes the value again. The first two sections hold the value itself, the others the memory of its typed
 * arrays.
 */
export async function decode(header: Header, sections: readonly ArrayBufferLike[]): Promise<unknown> {
  await loadFrames(header.frames);
  const specials = deserialize(new Uint8Array(sections[0]), sections) as Special[];
  const [value, bare, errors] = deserialize(
    new Uint8Array(sections[1]),
    sections,
    specials.map(reviveSpecial),
  ) as [unknown, object[], StoredError[]?];
  for (const object of bare) Object.setPrototypeOf(object, null);
  for (const record of errors ?? []) putRecord(record.error, record);
  return value;
}
