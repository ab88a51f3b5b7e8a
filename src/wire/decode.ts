import { type Memory, ViewDeserializer } from '../values/index.js';
import { damaged, HEAD_BYTES, padded, readHead } from './format.js';

/**
 * Reads what `encode` wrote. Views of the value lie on these bytes, which belong to it from now on. Bytes
 * that do not begin at a multiple of 8 are copied first.
 *
 * @param copies gives the memory of views buffers of its own, as structured clone does: a view that is kept
 *   keeps no other bytes
 * @throws ApplyError `ERR_UNSUPPORTED` for another version of the format or of V8, and for other bytes
 */
export function decode(given: Uint8Array, { copies = false } = {}): unknown {
  const bytes = given.byteOffset % 8 === 0 ? given : new Uint8Array(given);
  const { sections, views, bodyBytes } = readHead(bytes);
  const { buffer, byteOffset } = bytes;
  const numbersAt = byteOffset + HEAD_BYTES;
  const bodyAt = numbersAt + (sections + views * 3) * 8;
  let at = bodyAt + padded(bodyBytes);
  const end = byteOffset + bytes.byteLength;
  if (at > end) throw damaged('they are cut off');
  const lengths = new Float64Array(buffer, numbersAt, sections);
  const starts = Array.from(lengths, (length) => {
    const start = at;
    at += padded(length);
    return start;
  });
  if (at > end) throw damaged('they are cut off');
  const owned: (ArrayBuffer | undefined)[] = [];
  const places = new Float64Array(buffer, numbersAt + sections * 8, views * 3);
  const memoryOf = (view: number): Memory => {
    const [section, offset, byteLength] = places.subarray(view * 3, view * 3 + 3);
    if (copies) {
      owned[section] ??= new Uint8Array(buffer, starts[section], lengths[section]).slice().buffer;
      return { buffer: owned[section], byteOffset: offset, byteLength };
    }
    return { buffer, byteOffset: starts[section] + offset, byteLength };
  };
  return readerOf(new Uint8Array(buffer, bodyAt, bodyBytes), memoryOf).readValue();
}

function readerOf(body: Uint8Array, memoryOf: (view: number) => Memory): Reader {
  try {
    return new Reader(body, memoryOf);
  } catch (error) {
    // V8 reads what older versions of it wrote, and nothing newer.
    throw damaged(`a newer Node than ${process.version} may have written them (${(error as Error).message})`);
  }
}

class Reader extends ViewDeserializer {
  constructor(
    body: Uint8Array,
    readonly memoryOf: (view: number) => Memory,
  ) {
    super(body);
  }

  protected override readMemory(): Memory {
    return this.memoryOf(this.readUint32());
  }
}
