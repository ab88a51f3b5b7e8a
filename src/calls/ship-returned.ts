import { valueCodecs } from '../codecs/index.js';
import { Refusal, type ShippedValue, shipValue } from '../ship/index.js';
import { codecsWith } from './codecs.js';

/*
 * A file of its own: it loads a parser and the libraries of frames, and most functions return plain data.
 * Workers whose functions import nothing load it from outside of their own file.
 */

const codecs = codecsWith(valueCodecs);

/** Ships a value that a function returned and that structured clone cannot carry. */
export function shipReturned(value: unknown): ShippedValue {
  try {
    return shipValue(value, 'the returned value', codecs);
  } catch (error) {
    // Rewords ship's refusal, which speaks of functions, for a returned value.
    throw error instanceof Refusal
      ? new Error(`${error.path}: ${error.reason}. Return plain data, frames or typed arrays`)
      : error;
  }
}
