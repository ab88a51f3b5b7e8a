/** An index heavier than this part of one worker's share is big. */
const BIG_PART = 1 / 8;

/**
 * Returns an order that runs big indices first, the biggest before all, so that no worker is left with a big
 * one at the end. The others keep their order, so that neighbours' results can be joined.
 * Returns `indices` if none is big.
 * @param indices the indices wanted; undefined for all
 */
export function biggestFirst(
  weights: Int32Array,
  workers: number,
  indices?: Int32Array,
): Int32Array | undefined {
  const count = indices?.length ?? weights.length;
  let total = 0;
  for (let k = 0; k < count; k++) total += weights[indices ? indices[k] : k];
  const limit = (total / workers) * BIG_PART;
  const big: number[] = [];
  const rest: number[] = [];
  for (let k = 0; k < count; k++) {
    const index = indices ? indices[k] : k;
    (weights[index] > limit ? big : rest).push(index);
  }
  if (big.length === 0 || rest.length === 0) return indices;
  big.sort((a, b) => weights[b] - weights[a]);
  const order = new Int32Array(new SharedArrayBuffer(count * 4));
  order.set(big);
  order.set(rest, big.length);
  return order;
}
