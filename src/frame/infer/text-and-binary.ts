import { Binary, type Data, Utf8 } from 'apache-arrow';
import { dataOf, isBytes, ValidityBuilder } from '../../arrow/index.js';
import { checkTotal, type InferContext, isMissing } from './context.js';
import { mixed } from './errors.js';

const utf8 = new TextEncoder();
/** Up to this length a loop over the characters beats the call into the encoder. */
const shortString = 48;

export function strings(values: ArrayLike<unknown>, first: number, context: InferContext): Data {
  const n = values.length;
  const offsets = new Int32Array(n + 1);
  const validity = new ValidityBuilder(n);
  let rest = 0;
  for (let i = 0; i < n; i++) {
    const value = values[i];
    if (typeof value === 'string') rest += value.length;
    else if (isMissing(value, context)) validity.setNull(i);
    else throw mixed(values, first, i, context);
  }
  // Holds all that is left if it is ASCII; any other string makes sure of room for itself first.
  let bytes = new Uint8Array(checkTotal(rest, context));
  let at = 0;
  for (let i = 0; i < n; i++) {
    const value = values[i];
    if (typeof value === 'string') {
      const length = value.length;
      rest -= length;
      let k = 0;
      if (length <= shortString) {
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

export function binary(values: ArrayLike<unknown>, first: number, context: InferContext): Data {
  const n = values.length;
  const offsets = new Int32Array(n + 1);
  const validity = new ValidityBuilder(n);
  let total = 0;
  for (let i = 0; i < n; i++) {
    const value = values[i];
    if (isBytes(value)) total += value.length;
    else if (isMissing(value, context)) validity.setNull(i);
    else throw mixed(values, first, i, context);
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
