/** Takes the content of columns: node:crypto's hashes, and others. */
export interface Hasher {
  update(bytes: NodeJS.ArrayBufferView): unknown;
}
