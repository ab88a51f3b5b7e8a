import v8 from 'node:v8';
import { requireSerializer, toThisRealm } from '../values/index.js';

/** Captured values, serialized once per call. Every worker deserializes its own copy. */
export interface ClonedData {
  readonly bytes: Uint8Array;
  /** The contents of large buffers, which `bytes` refers to by index, as views. */
  readonly buffers: readonly Uint8Array<SharedArrayBuffer>[];
  /** The functions of the payload only read these values; see `isOnlyRead`. */
  readonly isOnlyRead?: boolean;
}

/** The size from which data is put into shared memory: posting it would copy it once for each worker. */
const LARGE = 64 * 1024;

/**
 * Serializes values with V8's structured clone, all together, so that an object which two of them hold stays
 * one object. It copies at once: later changes do not reach the workers. Throws what structured clone throws.
 */
export function writeData(
  values: readonly object[],
  memory: Iterable<ArrayBuffer> = [],
): ClonedData | undefined {
  if (values.length === 0) return undefined;
  requireSerializer();
  const serializer = new v8.Serializer();
  const buffers: Uint8Array<SharedArrayBuffer>[] = [];
  for (const buffer of memory) {
    if (buffer.byteLength < LARGE || Reflect.get(buffer, 'resizable') === true) continue;
    serializer.transferArrayBuffer(buffers.length, buffer);
    buffers.push(shared(new Uint8Array(buffer)));
  }
  serializer.writeHeader();
  serializer.writeValue(values);
  const written = serializer.releaseBuffer();
  return {
    bytes: written.length < LARGE ? new Uint8Array(written) : shared(written),
    buffers,
  };
}

function shared(bytes: Uint8Array): Uint8Array<SharedArrayBuffer> {
  const memory = new Uint8Array(new SharedArrayBuffer(bytes.length));
  memory.set(bytes);
  return memory;
}

/** Larger values are not kept: their serialized form would stay, too. */
const MOST_KEPT = 64 * 1024 * 1024;

/** Values that were read last, and are only read, until a major garbage collection. */
let last: WeakRef<{ readonly bytes: Uint8Array; readonly values: object[] }> | undefined;

/**
 * Deserializes the values into memory of this thread alone: other workers do not see writes to them. Values
 * that nobody writes to may be those of an earlier call, if that had the very same ones.
 */
export function readData(data: ClonedData): object[] {
  const { bytes, buffers, isOnlyRead } = data;
  // Large buffers are not in `bytes`, so equal bytes would not mean equal values.
  if (!isOnlyRead || buffers.length > 0) return deserialize(data);
  if (bytes.length < LARGE || bytes.length > MOST_KEPT) return deserialize(data);
  const known = last?.deref();
  if (known && Buffer.compare(known.bytes, bytes) === 0) return known.values;
  const read = { bytes, values: deserialize(data) };
  last = new WeakRef(read);
  return read.values;
}

function deserialize({ bytes, buffers }: ClonedData): object[] {
  const deserializer = new v8.Deserializer(bytes);
  deserializer.readHeader();
  for (const [id, memory] of buffers.entries()) {
    const own = new ArrayBuffer(memory.byteLength);
    new Uint8Array(own).set(memory);
    deserializer.transferArrayBuffer(id, own);
  }
  return toThisRealm(deserializer.readValue()) as object[];
}
