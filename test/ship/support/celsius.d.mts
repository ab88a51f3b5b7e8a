import type { ValueCodec } from '#dist/ship/index.js';

export class Celsius {
  constructor(degrees: number);
  get degrees(): number;
}
export const celsius: ValueCodec;
