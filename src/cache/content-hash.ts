/** Takes the content of columns: node:crypto's hashes, and others. */
export interface ContentHash {
  update(bytes: NodeJS.ArrayBufferView): unknown;
}
