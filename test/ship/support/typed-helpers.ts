export const factor: number = 10;
export const times = (x: number): number => x * factor;
export class Tripler {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
  thrice(): number {
    return this.value * 3;
  }
}
