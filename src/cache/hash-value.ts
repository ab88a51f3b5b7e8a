import { ApplyError } from '../errors.js';
import { describeTensor, isTensor } from '../frame/index.js';
import { capture, Refusal, type ValueCodec, type Variable } from '../ship/index.js';
import { hasMethod } from '../util/index.js';
import { contentOf } from './cached-recipe.js';
import { GraphWriter } from './graph-writer.js';
import { HashWriter } from './hash-writer.js';
import { Cyclic, NotPlain, PlainWriter } from './plain-value.js';

/** Begins the bytes of every digest. Change it to give the same values other digests. */
const VERSION = 'apply-parallel 1';
const DIGEST_LENGTH = 32;

/**
 * Returns the digest of any value. Hashes plain data directly, and values with functions or instances of
 * classes by what ship/ captures of them.
 * @param name what error messages call the value
 * @param leavesOut returns whether a variable that a function uses does not count
 */
export function hashValue(value: unknown, name: string, leavesOut?: (variable: Variable) => boolean): string {
  const target = typeof value === 'function' ? contentOf(value) : value;
  try {
    return (plainDigest(target) ?? graphDigest(target, name, leavesOut))
      .toString('hex')
      .slice(0, DIGEST_LENGTH);
  } catch (error) {
    if (error instanceof Refusal) {
      throw new ApplyError('ERR_UNHASHABLE', `hash: ${error.path} has no content to go by: ${error.reason}`, {
        cause: error,
      });
    }
    if (error instanceof RangeError && /call stack/i.test(error.message)) {
      throw new ApplyError('ERR_UNHASHABLE', `hash: ${name} is nested too deep`, { cause: error });
    }
    throw error;
  }
}

/** Returns undefined if the value is more than plain data. */
function plainDigest(value: unknown): Buffer | undefined {
  if (typeof value === 'function') return undefined;
  // The second try is for values that contain themselves; it is not the first, since it is slower.
  for (const seen of [undefined, new Map<object, number>()]) {
    const out = new HashWriter();
    out.text(seen ? `${VERSION} cyclic` : VERSION);
    try {
      new PlainWriter(out, seen).write(value);
      return out.finish();
    } catch (error) {
      if (error instanceof NotPlain) return undefined;
      if (!(error instanceof Cyclic)) throw error;
    }
  }
  return undefined;
}

function graphDigest(value: unknown, name: string, leavesOut?: (variable: Variable) => boolean): Buffer {
  const out = new HashWriter();
  out.text(`${VERSION} graph`);
  const options = {
    codecs,
    name,
    leavesOut: (variable: Variable) => leaves(variable, leavesOut),
    standIn: contentOf,
  };
  new GraphWriter(out, capture(value, options)).write();
  return out.finish();
}

/** Returns whether a variable does not count. Variables that the function sets itself never do. */
function leaves(variable: Variable, leavesOut?: (variable: Variable) => boolean): boolean {
  return variable.isAssigned || leavesOut?.(variable) === true;
}

/** Write values that a captured function or instance holds. Plain data is written as its digest. */
const codecs: readonly ValueCodec[] = [
  {
    // All Memory objects are equal: the place where results are kept does not change them.
    name: 'memory',
    encode: (value) => (hasMethod(value, 'reduceSize') && 'home' in value ? 'memory' : undefined),
    decode: (encoded) => encoded,
  },
  {
    // Hashes the content: a tensor's own properties are ids that differ from run to run.
    name: 'tensor',
    encode: (value) => (isTensor(value) ? plainDigest(describeTensor(value))?.toString('hex') : undefined),
    decode: (encoded) => encoded,
  },
  {
    name: 'plain',
    encode: (value) => plainDigest(value)?.toString('hex'),
    decode: (encoded) => encoded,
  },
];
