import { Binary, type Data, Utf8 } from 'apache-arrow';
import { dataOf, isBytes, ValidityBuilder } from '../../arrow/index.js';
import { type InferContext, isMissing } from './context.js';
import { mixedKindsError } from './errors.js';
import { checkTotal } from './limits.js';

const utf8 = new TextEncoder();
/** A loop over the characters beats a call of the encoder up to this length. */
const SHORT_STRING = 48;

/** Encodes strings as a Utf8 column; null where a value is missing. */
export function stringData(values: ArrayLike<unknown>, first: number, context: InferContext): Data {
  const n = values.length;
  const offsets = new Int32Array(n + 1);
  const validity = new ValidityBuilder(n);
  let rest = 0;
  for (let i = 0; i < n; i++) {
    const value = values[i];
    if (typeof value === 'string') rest += value.length;
    else if (isMissing(value, context)) validity.setNull(i);
    else throw mixedKindsError(values, first, i, context);
  }
  // The buffer has room for all strings if they are ASCII; it grows when a string that is not may exceed it.
  let bytes = new Uint8Array(checkTotal(rest, context));
  let at = 0;
  for (let i = 0; i < n; i++) {
    const value = values[i];
    if (typeof value === 'string') {
      const length = value.length;
      rest -= length;
      let k = 0;
      if (length <= SHORT_STRING) {
        for (; k < length; k++) {
          const c = value.charCodeAt(k);
          if (c > 0x7f) break;
          bytes[at + k] = c;
        }
      }
      if (k === length) at += length;
      else {
        if (at + length * 3 + rest > bytes.length) {
          bytes = grown(bytes, checkTotal(Math.ceil((at + length * 3 + rest) * 1.25), context));
        }
        at += utf8.encodeInto(value, bytes.subarray(at)).written;
      }
    }
    offsets[i + 1] = at;
  }
  const used = bytes.length > at * 1.25 + 64 ? bytes.slice(0, at) : bytes.subarray(0, at);
  return dataOf(new Utf8(), n, validity.nulls, { offsets, values: used, validity: validity.bitmap });
}

/** Copies Uint8Arrays into a Binary column; null where a value is missing. */
export function binaryData(values: ArrayLike<unknown>, first: number, context: InferContext): Data {
  const n = values.length;
  const offsets = new Int32Array(n + 1);
  const validity = new ValidityBuilder(n);
  let total = 0;
  for (let i = 0; i < n; i++) {
    const value = values[i];
    if (isBytes(value)) total += value.length;
    else if (isMissing(value, context)) validity.setNull(i);
    else throw mixedKindsError(values, first, i, context);
    offsets[i + 1] = total;
  }
  const bytes = new Uint8Array(checkTotal(total, context));
  for (let i = 0; i < n; i++) {
    const value = values[i];
    if (isBytes(value)) bytes.set(value, offsets[i]);
  }
  return dataOf(new Binary(), n, validity.nulls, { offsets, values: bytes, validity: validity.bitmap });
}

function grown(bytes: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(size);
  larger.set(bytes);
  return larger;
}
