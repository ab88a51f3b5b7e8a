/** A hash that takes bytes: node:crypto's hashes, and those of {@link createGroupHasher}. */
export interface Hasher {
  update(bytes: NodeJS.ArrayBufferView): unknown;
}
