import type { Data } from 'apache-arrow';
import { valueReader } from './value-reader.js';

/** Returns the keys of maps as the names that they have in an object. */
export function mapKeyTexts(keys: Data): string[] {
  const read = valueReader(keys);
  return Array.from({ length: keys.length }, (_, row) => String(read(row)));
}
