import { type Framed, messageAt, TornError } from './message.js';

/**
 * Returns the batches of a stream. Throws a RangeError if messages lead out of it, or if anything follows its
 * end.
 */
export function checkStream(bytes: Uint8Array): readonly Framed[] {
  const batches: Framed[] = [];
  let hasSchema = false;
  // The mark of the end or a batch ends a stream: writers may leave the mark out.
  let isEnded = false;
  let at = 0;
  while (at < bytes.byteLength) {
    const framed = messageAt(bytes, at, bytes.byteLength);
    const { kind, end } = framed;
    isEnded = kind === 'end' || kind === 'batch';
    if (kind === 'schema' && at === 0) hasSchema = true;
    else if (kind === 'batch') batches.push(framed);
    else if (kind === 'schema' || kind === 'other')
      throw new RangeError('it has messages of a kind that has no meaning there');
    at = end;
    if (kind === 'end') break;
  }
  if (!hasSchema || !isEnded) throw new TornError();
  if (bytes.subarray(at).some((byte) => byte !== 0)) throw new RangeError('something follows its end');
  return batches;
}

const CONTINUED = 0xffffffff;
/** Bounds the length of a schema, and the offset to its first table, in a stream of before Arrow 0.15. */
const MAX_SCHEMA = 1 << 26;
const MAX_OFFSET = 64;

/**
 * Tells whether a file that begins so may be a stream. Streams of before Arrow 0.15 have no mark: they begin
 * with the length of the schema, a multiple of four, and the offset to its first table.
 */
export function startsStream(start: DataView): boolean {
  if (start.byteLength < 8) return false;
  const first = start.getUint32(0, true);
  if (first === CONTINUED) return true;
  const offset = start.getUint32(4, true);
  return (
    first > 0 &&
    first < MAX_SCHEMA &&
    first % 4 === 0 &&
    offset >= 4 &&
    offset <= MAX_OFFSET &&
    offset % 4 === 0
  );
}
