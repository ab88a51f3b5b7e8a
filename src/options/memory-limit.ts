import { usableMemory } from '../util/index.js';
import { parseBytes } from './parse-bytes.js';
import type { Rule } from './rules.js';

/** The share of the usable memory that a call takes by default. */
const SHARE = 0.5;

export const memoryLimitRule: Rule = [
  (value) => bytesOf(value) !== undefined,
  "a positive number of bytes, a text such as '4GB', or a share of the memory such as 0.5",
];

/** Returns the bytes that the option `memoryLimit` means; {@link memoryLimitRule} has checked it. */
export const resolveMemoryLimit = (given: number | string = SHARE): number => bytesOf(given) as number;

function bytesOf(value: unknown): number | undefined {
  if (typeof value === 'number' && value > 0 && value <= 1) return Math.floor(value * usableMemory());
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const bytes = parseBytes(value);
  return bytes !== undefined && bytes > 1 ? bytes : undefined;
}
