/*
 * Rows to their places. Row i of a piece goes to the place at `places` + 4 * i; nowhere if that is negative.
 */

/**
 * Writes the length of each text behind its place: to the offset that ends it. The offsets at `ends` are
 * `step` bytes apart, one more than texts; those of all places begin at `offsets`.
 */
export function placeLengths(ends: usize, step: usize, places: usize, offsets: usize, n: i32): void {
  let from = load<u32>(ends);
  for (let i = 0; i < n; i++) {
    ends += step;
    const to = load<u32>(ends);
    const place = load<i32>(places);
    if (place >= 0) store<u32>(offsets + <usize>(place + 1) * step, to - from);
    from = to;
    places += 4;
  }
}

/** Makes offsets of the lengths of n texts; returns the last one, even if it has more than 32 bits. */
export function sumLengths(offsets: usize, step: usize, n: i32): f64 {
  let total: u64 = 0;
  for (let i = 0; i < n; i++) {
    offsets += step;
    total += load<u32>(offsets);
    store<u32>(offsets, <u32>total);
  }
  return <f64>total;
}

/**
 * Moves texts, whose byte k lies at `source` + k, a sum that wraps around. The offsets of all places say
 * where each one begins behind `values`.
 */
export function moveTexts(
  ends: usize,
  step: usize,
  source: usize,
  places: usize,
  offsets: usize,
  values: usize,
  n: i32,
): void {
  let from = source + <usize>load<u32>(ends);
  for (let i = 0; i < n; i++) {
    ends += step;
    const to = source + <usize>load<u32>(ends);
    const place = load<i32>(places);
    if (place >= 0) copy(values + <usize>load<u32>(offsets + <usize>place * step), from, to - from);
    from = to;
    places += 4;
  }
}

/** Copies a few bytes, eight at a time; the last eight overlap those before. */
function copy(to: usize, from: usize, length: usize): void {
  if (length >= 8) {
    const last = length - 8;
    for (let k: usize = 0; k < last; k += 8) store<u64>(to + k, load<u64>(from + k));
    store<u64>(to + last, load<u64>(from + last));
  } else if (length >= 4) {
    store<u32>(to, load<u32>(from));
    store<u32>(to + length - 4, load<u32>(from + length - 4));
  } else if (length >= 2) {
    store<u16>(to, load<u16>(from));
    store<u16>(to + length - 2, load<u16>(from + length - 2));
  } else if (length === 1) {
    store<u8>(to, load<u8>(from));
  }
}

/**
 * Sets the bit of each place whose row has its bit set. Row 0 has bit `bit` of `bits`; if `bits` is 0, all
 * bits are set.
 */
export function moveBits(bits: usize, bit: usize, places: usize, out: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const place = load<i32>(places);
    const at = bit + i;
    if (place >= 0 && (bits === 0 || ((load<u8>(bits + (at >> 3)) >> <u8>(at & 7)) & 1) !== 0)) {
      const to = out + (<usize>place >> 3);
      store<u8>(to, load<u8>(to) | (<u8>1 << <u8>(place & 7)));
    }
    places += 4;
  }
}

/**
 * Overwrites the codes of n rows with their places; `next` has the next place of each code, and advances.
 * Returns the number of rows that are not at their place already.
 */
export function placeCodes(codes: usize, next: usize, row: i32, n: i32): i32 {
  let moved = 0;
  for (let i = 0; i < n; i++) {
    const code = load<i32>(codes);
    let place = code;
    if (code >= 0) {
      const at = next + ((<usize>code) << 2);
      place = load<i32>(at);
      store<i32>(at, place + 1);
      store<i32>(codes, place);
    }
    moved += i32(place !== row + i);
    codes += 4;
  }
  return moved;
}
