/** Seeded tables of numbers in groups, for the cases that need a given shape. */
import { makeVector, Table, tableFromArrays, vectorFromArray } from 'apache-arrow';
import { random } from './stats.js';

/**
 * `rows` rows of key, x and y in `groups` groups of about one size, shuffled. The first rows name the groups
 * in ascending order, so that peers that go by first appearance and peers that sort give the same result.
 */
export function numbersByKey(rows: number, groups: number, keys: 'numbers' | 'names' = 'numbers'): Table {
  const next = random(groups);
  const codes = shuffledCodes(rows, groups, next);
  const x = Float64Array.from({ length: rows }, () => next() * 100);
  const y = Int32Array.from({ length: rows }, () => next() * 1000);
  if (keys === 'numbers') return tableFromArrays({ key: codes, x, y });
  const digits = String(groups - 1).length;
  const names = Array.from(codes, (code) => `group ${String(code).padStart(digits, '0')}`);
  return new Table({ key: vectorFromArray(names), x: makeVector(x), y: makeVector(y) });
}

/** Every group equally often, the first round in order, the others shuffled (Fisher-Yates). */
function shuffledCodes(rows: number, groups: number, next: () => number): Int32Array {
  const codes = Int32Array.from({ length: rows }, (_, i) => i % groups);
  for (let i = rows - 1; i > groups; i--) {
    const j = groups + Math.floor(next() * (i - groups + 1));
    [codes[i], codes[j]] = [codes[j], codes[i]];
  }
  return codes;
}
