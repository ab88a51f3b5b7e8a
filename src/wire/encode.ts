import { ViewSerializer } from '../values/index.js';
import { padded, writeHead } from './format.js';
import { placeViews } from './ranges.js';

const PADDING = new Uint8Array(8);

/**
 * Writes a value as bytes, in parts to be sent one after the other. Large memory is not copied: parts are the
 * value's own memory, which must not change until they are sent.
 *
 * @throws TypeError for what structured clone refuses, and for a bare SharedArrayBuffer
 */
export function encode(value: unknown): Uint8Array[] {
  const writer = new Writer();
  writer.writeValue(value);
  const body = writer.releaseBuffer();
  const { sections, places } = placeViews(writer.views);
  const lengths = Float64Array.from(sections, ({ byteLength }) => byteLength);
  const head = { sections: sections.length, views: writer.views.length, bodyBytes: body.byteLength };
  const parts = [bytesOf(writeHead(head)), bytesOf(lengths), bytesOf(places)];
  for (const part of [body, ...sections]) {
    if (part.byteLength > 0) parts.push(part);
    const rest = padded(part.byteLength) - part.byteLength;
    if (rest > 0) parts.push(PADDING.subarray(0, rest));
  }
  return parts;
}

/** Writes a value as one piece of bytes. */
export function encodeWhole(value: unknown): Uint8Array<ArrayBuffer> {
  const parts = encode(value);
  const bytes = new Uint8Array(byteLengthOf(parts));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.byteLength;
  }
  return bytes;
}

export const byteLengthOf = (parts: readonly Uint8Array[]): number =>
  parts.reduce((sum, { byteLength }) => sum + byteLength, 0);

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** Writes the number of each view, and collects the views. */
class Writer extends ViewSerializer {
  readonly views: ArrayBufferView[] = [];

  protected override writeMemory(view: ArrayBufferView): void {
    this.writeUint32(this.views.push(view) - 1);
  }

  /** V8 calls it for a bare SharedArrayBuffer. */
  _getSharedArrayBufferId(): number {
    throw new TypeError('a SharedArrayBuffer could not be cloned: processes do not share memory');
  }
}
