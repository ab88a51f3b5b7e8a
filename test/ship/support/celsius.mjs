/** Stands for a frame: a value that generic walking would refuse, and its codec. */
export class Celsius {
  #degrees;
  constructor(degrees) {
    this.#degrees = degrees;
  }
  get degrees() {
    return this.#degrees;
  }
}

export const celsius = {
  name: 'celsius',
  encode: (value) => (value instanceof Celsius ? { degrees: value.degrees } : undefined),
  decode: async ({ degrees }) => new Celsius(degrees),
};
