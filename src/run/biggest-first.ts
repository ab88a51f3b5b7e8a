/** An index heavier than this part of one worker's share is big. */
const BIG_PART = 1 / 8;

/**
 * Returns an order that runs big indices first, the biggest before all, so that no worker is left with a big
 * one at the end. The others keep their order, so that neighbours' results can be joined.
 * Returns `indices` if none is big.
 * @param indices - the indices wanted; undefined for all
 */
export function biggestFirst(
  weights: Int32Array,
  workers: number,
  indices?: Int32Array,
): Int32Array | undefined {
  const count = indices?.length ?? weights.length;
  const indexAt = (position: number) => (indices ? indices[position] : position);
  let total = 0;
  for (let k = 0; k < count; k++) total += weights[indexAt(k)];
  const limit = (total / workers) * BIG_PART;
  const big: number[] = [];
  const rest: number[] = [];
  for (let k = 0; k < count; k++) (weights[indexAt(k)] > limit ? big : rest).push(indexAt(k));
  if (big.length === 0 || rest.length === 0) return indices;
  big.sort((a, b) => weights[b] - weights[a]);
  const order = new Int32Array(new SharedArrayBuffer(count * 4));
  order.set(big);
  order.set(rest, big.length);
  return order;
}
