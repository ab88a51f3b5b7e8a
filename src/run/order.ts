/** An index that is more than this part of one worker's share is big. */
const BIG_PART = 1 / 8;

/**
 * The order to work in: big indices first, the biggest before all, so that none of them is left when the others have run out of
 * work; the rest as they come, so that neighbours' results can be joined. Undefined where nothing is big.
 */
export function workOrder(weights: Int32Array, workers: number): Int32Array | undefined {
  let total = 0;
  for (const weight of weights) total += weight;
  const limit = (total / workers) * BIG_PART;
  const big: number[] = [];
  for (let index = 0; index < weights.length; index++) if (weights[index] > limit) big.push(index);
  if (big.length === 0 || big.length === weights.length) return undefined;
  big.sort((a, b) => weights[b] - weights[a]);
  const order = new Int32Array(new SharedArrayBuffer(weights.length * 4));
  order.set(big);
  let at = big.length;
  for (let index = 0; index < weights.length; index++) if (weights[index] <= limit) order[at++] = index;
  return order;
}
