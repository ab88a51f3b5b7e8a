export const factor = 10;
export const times = (x) => x * factor;
export const settings = { rate: 1 };
let calls = 0;
/** Writes to a variable of its module: possible by reference only. */
export const counted = () => ++calls > 0;
export class Doubler {
  constructor(value) {
    this.value = value;
  }
  twice() {
    return this.value * 2;
  }
}
export default function preset() {
  return 'preset';
}
