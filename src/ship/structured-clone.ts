import v8 from 'node:v8';

/** Values of a function's surroundings, written down once per call; every worker reads them into objects of its own. */
export interface ClonedData {
  readonly bytes: Uint8Array;
  /** The contents of large buffers, which `bytes` leaves out. */
  readonly buffers: readonly SharedArrayBuffer[];
}

/** From this size on data goes through shared memory: posting it would copy it in this thread, once for each worker. */
const LARGE = 64 * 1024;

/**
 * Writes values with structured clone's own serializer, in one piece: whatever they share stays shared. Done at once, so that they arrive as
 * they were at the moment of the call. Throws what structured clone throws.
 */
export function writeData(
  values: readonly object[],
  memory: Iterable<ArrayBuffer> = [],
): ClonedData | undefined {
  if (values.length === 0) return undefined;
  const serializer = new v8.Serializer();
  const buffers: SharedArrayBuffer[] = [];
  for (const buffer of memory) {
    if (buffer.byteLength < LARGE || Reflect.get(buffer, 'resizable') === true) continue;
    serializer.transferArrayBuffer(buffers.length, buffer);
    buffers.push(shared(new Uint8Array(buffer)));
  }
  serializer.writeHeader();
  serializer.writeValue(values);
  const written = serializer.releaseBuffer();
  return {
    bytes: written.length < LARGE ? new Uint8Array(written) : new Uint8Array(shared(written)),
    buffers,
  };
}

function shared(bytes: Uint8Array): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(bytes.length);
  new Uint8Array(memory).set(bytes);
  return memory;
}

/** The values again. They belong to the reader alone: what it writes into them no other worker sees. */
export function readData({ bytes, buffers }: ClonedData): object[] {
  const deserializer = new v8.Deserializer(bytes);
  deserializer.readHeader();
  for (const [id, memory] of buffers.entries()) {
    const own = new ArrayBuffer(memory.byteLength);
    new Uint8Array(own).set(new Uint8Array(memory));
    deserializer.transferArrayBuffer(id, own);
  }
  return deserializer.readValue() as object[];
}
