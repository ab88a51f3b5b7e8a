import { type BatchHeader, messageAt, TornError } from './message.js';

/**
 * Returns the batches of a stream. Throws a RangeError if messages lead out of it, or if anything follows its
 * end.
 */
export function checkStream(bytes: Uint8Array): readonly BatchHeader[] {
  const batches: BatchHeader[] = [];
  let hasSchema = false;
  // The mark of the end or a batch ends a stream: writers may leave the mark out.
  let isEnded = false;
  let at = 0;
  while (at < bytes.byteLength) {
    const { kind, batch, end } = messageAt(bytes, at, bytes.byteLength);
    isEnded = kind === 'end' || kind === 'batch';
    if (kind === 'schema' && at === 0) hasSchema = true;
    else if (kind === 'batch' && batch) batches.push(batch);
    else if (kind === 'schema' || kind === 'other')
      throw new RangeError('it has messages of a kind that has no meaning there');
    at = end;
    if (kind === 'end') break;
  }
  if (!hasSchema || !isEnded) throw new TornError();
  if (bytes.subarray(at).some((byte) => byte !== 0)) throw new RangeError('something follows its end');
  return batches;
}
