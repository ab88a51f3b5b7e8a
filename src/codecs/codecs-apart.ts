import { types } from 'node:util';
import { SharedLock, SharedQueue } from '../shared/index.js';
import { Uncopyable, type ValueCodec } from '../ship/worker.js';
import { memoryCodec } from './memory-codec.js';
import { valueCodecs } from './value-codecs.js';

/**
 * Returns the codecs of a call whose functions run in other processes: what only threads can share is refused
 * by name.
 *
 * @param place where the functions run, as in 'child processes'
 */
export function codecsApart(place: string): readonly ValueCodec[] {
  const refusing: ValueCodec = {
    name: 'shared between threads',
    encode(value) {
      if (value instanceof SharedLock) throw threadsOnly('a SharedLock', place, THREADS);
      if (value instanceof SharedQueue) throw threadsOnly('a SharedQueue', place, THREADS);
      const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
      if (types.isSharedArrayBuffer(buffer)) throw threadsOnly('shared memory', place, COPY);
      return undefined;
    },
    decode() {
      throw new Error('nothing is encoded by this codec');
    },
  };
  return [refusing, ...valueCodecs];
}

/**
 * Returns the codecs of a call whose functions run on other machines, where a Memory would use other disks.
 *
 * @param place where the functions run
 */
export function codecsElsewhere(place: string): readonly ValueCodec[] {
  const refusing: ValueCodec = {
    name: 'files of this machine',
    encode(value) {
      if (memoryCodec.encode(value) === undefined) return undefined;
      throw new Uncopyable(
        `it is a Memory, whose files lie on the disk of this machine, and the function runs on ${place}`,
        'Call the function itself there, and the cached one here.',
      );
    },
    decode() {
      throw new Error('nothing is encoded by this codec');
    },
  };
  return [refusing, ...codecsApart(place)];
}

const THREADS = "Use backend: 'threads', or return values and bring them together in the caller.";
const COPY =
  'To send a copy of what it holds now, make one, as in Float64Array.from(array); to share it, use ' +
  "backend: 'threads'.";

const threadsOnly = (what: string, place: string, advice: string): Uncopyable =>
  new Uncopyable(
    `it is ${what}, which threads of one process share, and the function runs in ${place}`,
    advice,
  );
