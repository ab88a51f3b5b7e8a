import type { FunctionNode, ShippedValue } from './payload.js';

/** How many functions a thread keeps. */
const MOST_KEPT = 16;
/** Functions that hold more bytes of captured values are not kept. */
const MOST_BYTES = 64 * 1024;

/** Source -> the function that arrived last. */
const kept = new Map<string, unknown>();

/**
 * Keeps a function that has arrived until it arrives again. Every call makes the function anew, and V8 drops
 * the code that it compiled for the functions of one source once the last of them is collected: the next call
 * would compile it again, and run it several times slower until then.
 */
export function keepWarm({ source }: FunctionNode, { nodes, data }: ShippedValue, made: unknown): void {
  kept.delete(source);
  const isLarge = data !== undefined && (data.bytes.byteLength > MOST_BYTES || data.buffers.length > 0);
  // These may hold whole tables.
  if (isLarge || nodes.some(({ kind }) => kind === 'shared' || kind === 'codec')) return;
  kept.set(source, made);
  if (kept.size <= MOST_KEPT) return;
  const [oldest] = kept.keys();
  kept.delete(oldest);
}
