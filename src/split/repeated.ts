/** Returns the places of child rows, `size` of which belong to each row. */
export function repeated(places: Int32Array, size: number): Int32Array {
  const out = new Int32Array(places.length * size);
  for (let i = 0; i < places.length; i++) {
    for (let k = 0; k < size; k++) out[i * size + k] = places[i] < 0 ? -1 : places[i] * size + k;
  }
  return out;
}
