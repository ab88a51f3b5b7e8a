import type { NullTest } from '../column-builder.js';

export interface BuilderOptions {
  readonly capacity: number;
  readonly isNull: NullTest | undefined;
  readonly decimal: number;
  readonly quote: number;
  /** The approximate bytes of a text. */
  readonly textBytes: number;
}
