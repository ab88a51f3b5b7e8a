import { bitmapBytes, fillBits } from './bits.js';
import { keepCompiled } from './keep-compiled.js';

/** Builds a validity bitmap and counts nulls. It allocates the bitmap at the first null. */
export class ValidityBuilder {
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

keepCompiled(new ValidityBuilder(0));
