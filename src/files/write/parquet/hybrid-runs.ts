/*
 * Parquet's hybrid of runs and packed bits, for dictionary codes and definition levels: a run is a count and
 * a value; packed values come in groups of eight.
 */

/** Runs shorter than this are packed. */
const LEAST_RUN = 16;
const GROUP = 8;

/** Returns `codes[from…to-1]`, of `width` bits each. */
export function encodeRuns(
  codes: Int32Array | Uint8Array,
  from: number,
  to: number,
  width: number,
): Uint8Array {
  const out = new Uint8Array(Math.ceil(((to - from) * width) / 8) * 3 + 64);
  const bytesOfValue = Math.ceil(width / 8);
  let at = 0;
  let packedFrom = from;
  let position = from;
  const varint = (value: number) => {
    let rest = value;
    while (rest >= 128) {
      out[at++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    out[at++] = rest;
  };
  const pack = (end: number) => {
    const groups = Math.ceil((end - packedFrom) / GROUP);
    if (groups === 0) return;
    varint((groups << 1) | 1);
    at = packBits(codes, packedFrom, end, groups * GROUP, width, out, at);
  };
  while (position < to) {
    const value = codes[position];
    let end = position + 1;
    while (end < to && codes[end] === value) end++;
    // Packed values come in groups, so a run gives some of its values to the group before it.
    const lent = (GROUP - ((position - packedFrom) % GROUP)) % GROUP;
    if (end - position - lent < LEAST_RUN) {
      position = end;
      continue;
    }
    pack(position + lent);
    varint((end - position - lent) * 2);
    for (let k = 0; k < bytesOfValue; k++) out[at++] = (value >>> (8 * k)) & 255;
    position = end;
    packedFrom = end;
  }
  pack(to);
  return out.subarray(0, at);
}

/** Packs values, and zeros up to `count` of them. Returns the position behind them. */
function packBits(
  codes: Int32Array | Uint8Array,
  from: number,
  to: number,
  count: number,
  width: number,
  out: Uint8Array,
  start: number,
): number {
  let at = start;
  let bits = 0;
  let used = 0;
  for (let k = from; k < to; k++) {
    bits |= codes[k] << used;
    used += width;
    while (used >= 8) {
      out[at++] = bits & 255;
      bits >>>= 8;
      used -= 8;
    }
  }
  const end = start + (count * width) / 8;
  if (used > 0) out[at++] = bits & 255;
  while (at < end) out[at++] = 0;
  return end;
}
