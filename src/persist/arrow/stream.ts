import { type BatchHeader, messageAt, TornError } from './message.js';

/** Throws a RangeError where messages lead out of the stream, or what follows them is no end. Gives its batches. */
export function checkStream(bytes: Uint8Array): readonly BatchHeader[] {
  const batches: BatchHeader[] = [];
  let hasSchema = false;
  // By the mark of the end, or by a batch: that writers leave the mark out is allowed.
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
