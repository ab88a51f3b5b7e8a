import { numberIn } from './flatbuffer.js';

/** The data is sound, and of a kind that is not read. */
export class UnsupportedError extends RangeError {}

const ENDIANNESS = 0;
const BIG_ENDIAN = 1;

/**
 * Throws if the numbers of the data are big-endian: apache-arrow would read them byte by byte the wrong way
 * round. `metadata` is a checked message or footer, and `slot` the one that holds its schema.
 */
export function refuseBigEndian(metadata: DataView, slot: number): void {
  if (numberIn(metadata, slot, ENDIANNESS) === BIG_ENDIAN) {
    throw new UnsupportedError(
      'its numbers are big-endian, as a computer such as IBM Z writes them: read it with pyarrow, which turns ' +
        'them round, and write it again',
    );
  }
}
