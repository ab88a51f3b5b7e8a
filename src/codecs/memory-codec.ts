import type { Memory, MemoryOptions } from '../cache/index.js';
import type { ValueCodec } from '../ship/worker.js';
import { hasMethod, isObject, member } from '../util/index.js';

/**
 * The codec for a Memory: sends its options, since its contents lie on disk, and makes another one where it
 * arrives.
 */
export const memoryCodec: ValueCodec = {
  name: 'memory',
  encode(value) {
    return isMemory(value) ? value.options : undefined;
  },
  async decode(options) {
    const { Memory } = await import('../cache/index.js');
    return new Memory(options as MemoryOptions);
  },
};

/** Recognizes a Memory by shape: importing the class would load all of cache/ in every worker. */
function isMemory(value: object): value is Memory {
  return hasMethod(value, 'reduceSize') && isObject(member(value, 'options')) && 'home' in value;
}
