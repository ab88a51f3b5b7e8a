import { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { threadId } from 'node:worker_threads';

/** How many bytes a thread has logged so far, to stdout and to stderr. */
export interface LoggedBytes {
  readonly threadId: number;
  readonly bytes: readonly [stdout: number, stderr: number];
}

/** An output stream with its own `write`, read before a function can replace it. */
interface Output {
  readonly stream: Writable;
  readonly write: (text: string, done: () => void) => boolean;
  /** Bytes that were posted to the main thread. */
  posted: number;
}

function outputOf(stream: Writable): Output {
  const output: Output = { stream, write: stream.write.bind(stream) as Output['write'], posted: 0 };
  const count = (chunk: string | Uint8Array, encoding: BufferEncoding) => {
    output.posted += Buffer.byteLength(chunk, encoding);
  };
  const writev = stream._writev?.bind(stream);
  if (writev) {
    stream._writev = (chunks, done) => {
      for (const { chunk, encoding } of chunks) count(chunk as string | Uint8Array, encoding);
      writev(chunks, done);
    };
  }
  // The stream of a thread has none of its own, and calls _writev; that of a process has both.
  const write = stream._write;
  if (write !== Writable.prototype._write) {
    stream._write = (chunk, encoding, done) => {
      count(chunk, encoding);
      write.call(stream, chunk, encoding, done);
    };
  }
  return output;
}

const outputs = [process.stdout, process.stderr].map((stream) => outputOf(stream));

/** The longest wait for each stream while the main thread takes nothing from it. */
const FLUSH_MS = 2000;

/**
 * Posts what functions have logged to the main thread, and returns how much that is: Node tells when a stream
 * has been read, and may mean an earlier part of it.
 */
export async function flushLogs(): Promise<LoggedBytes> {
  for (const output of outputs) {
    while (output.stream.writableLength > 0) {
      const before = output.posted;
      const written = new Promise<true>((resolve) => {
        output.write('', () => resolve(true));
      });
      const isWritten = await Promise.race([written, delay(FLUSH_MS, false, { ref: false })]);
      if (isWritten || output.posted === before) break;
    }
  }
  const [stdout, stderr] = outputs.map(({ posted }) => posted);
  return { threadId, bytes: [stdout, stderr] };
}
