import { bitmapBytes, fillBits } from './bits.js';
import { keepOne } from './keep-one.js';

/** Which rows hold a value; the bitmap exists from the first null on. */
export class Validity {
  constructor(
    readonly length: number,
    public bitmap?: Uint8Array,
    public nulls = 0,
  ) {}

  setNull(i: number): void {
    if (this.bitmap === undefined) {
      this.bitmap = new Uint8Array(bitmapBytes(this.length));
      fillBits(this.bitmap, 0, this.length);
    }
    this.bitmap[i >>> 3] &= ~(1 << (i & 7));
    this.nulls++;
  }
}

keepOne(new Validity(0));
