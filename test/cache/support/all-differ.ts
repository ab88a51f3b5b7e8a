import assert from 'node:assert/strict';
import { hash } from 'apply-parallel';

/** Asserts that no two of the values have one digest. */
export function assertAllDiffer(values: readonly unknown[]): void {
  const seen = new Map<string, number>();
  values.forEach((value, index) => {
    const digest = hash(value);
    const before = seen.get(digest);
    assert.equal(before, undefined, `values ${before} and ${index} have one digest`);
    seen.set(digest, index);
  });
}
