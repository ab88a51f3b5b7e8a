const FRAME_MAGIC = 0x184d2204;
const UNCOMPRESSED = 0x80000000;

/**
 * Decompresses one LZ4 frame, which pandas and pyarrow write into Feather files by default and Node cannot
 * read. Does not verify checksums. Throws a RangeError for bytes that are no such frame.
 */
export function decodeLz4(frame: Uint8Array): Uint8Array {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.getUint32(0, true) !== FRAME_MAGIC) throw new RangeError('this is no LZ4 frame');
  const flags = frame[4];
  const hasBlockChecksum = (flags & 0x10) !== 0;
  const hasSize = (flags & 0x08) !== 0;
  const hasDictionary = (flags & 0x01) !== 0;
  let at = 6;
  const room = hasSize ? Number(view.getBigUint64(at, true)) : frame.byteLength * 3;
  // One compressed byte stands for 255 bytes at most.
  if (room > frame.byteLength * 255) throw new RangeError('the LZ4 frame is damaged');
  const out = new Output(room);
  at += (hasSize ? 8 : 0) + (hasDictionary ? 4 : 0) + 1;
  for (;;) {
    const word = view.getUint32(at, true);
    at += 4;
    if (word === 0) return out.bytes.subarray(0, out.length);
    const size = word & ~UNCOMPRESSED;
    const block = frame.subarray(at, at + size);
    if (block.length < size) throw new RangeError('the LZ4 frame is cut off');
    if (word & UNCOMPRESSED) out.append(block, 0, size);
    else decodeBlock(block, out);
    at += size + (hasBlockChecksum ? 4 : 0);
  }
}

/** Decompressed bytes. Grows if the frame does not say its size. */
class Output {
  bytes: Uint8Array;
  length = 0;

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
  }

  append(source: Uint8Array, from: number, count: number): void {
    this.reserve(count);
    if (count < 32) {
      for (let i = 0; i < count; i++) this.bytes[this.length + i] = source[from + i];
    } else this.bytes.set(source.subarray(from, from + count), this.length);
    this.length += count;
  }

  /** Repeats the bytes written `distance` bytes ago. The copy may overlap itself. */
  repeat(distance: number, count: number): void {
    if (distance === 0 || distance > this.length) throw new RangeError('the LZ4 frame is damaged');
    this.reserve(count);
    const { bytes, length } = this;
    if (distance >= count && count >= 32)
      bytes.copyWithin(length, length - distance, length - distance + count);
    else for (let i = 0; i < count; i++) bytes[length + i] = bytes[length + i - distance];
    this.length += count;
  }

  private reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
}

function decodeBlock(block: Uint8Array, out: Output): void {
  let at = 0;
  /**
   * Reads the rest of a length: from 15 on it continues in further bytes, and the first that is not 255 is
   * the last.
   */
  const rest = (nibble: number): number => {
    let length = nibble;
    if (nibble === 15) {
      let byte: number;
      do {
        if (at >= block.length) throw new RangeError('the LZ4 frame is damaged');
        byte = block[at++];
        length += byte;
      } while (byte === 255);
    }
    return length;
  };
  while (at < block.length) {
    const token = block[at++];
    const literals = rest(token >>> 4);
    if (at + literals > block.length) throw new RangeError('the LZ4 frame is damaged');
    out.append(block, at, literals);
    at += literals;
    if (at >= block.length) return;
    const distance = block[at] | (block[at + 1] << 8);
    at += 2;
    out.repeat(distance, rest(token & 15) + 4);
  }
}
