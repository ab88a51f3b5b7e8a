import type { Readable, Writable } from 'node:stream';

/** V8 writes this before it ends a process whose heap is full, and pages of addresses after it. */
const HEAP_FULL = /<--- Last few GCs --->|FATAL ERROR: .*(?:heap|memory|allocat)/i;
const OUT_OF_MEMORY = /heap out of memory|allocation failed|heap limit/i;
/** The bytes of stderr that are kept to tell why a child ended. */
const TAIL = 4096;

/** Writes what a child prints to the output of this process. */
export class ForwardedLogs {
  /** The end of stderr. */
  #tail = '';
  #isHeapFull = false;

  constructor(stdout: Readable, stderr: Readable) {
    stdout.on('data', (chunk: Uint8Array) => write(process.stdout, chunk, stdout));
    stderr.on('data', (chunk: Buffer) => {
      this.#tail = (this.#tail + chunk.toString('latin1')).slice(-TAIL);
      this.#isHeapFull ||= HEAP_FULL.test(chunk.toString('latin1'));
      // The error says it in one sentence.
      if (!this.#isHeapFull) write(process.stderr, chunk, stderr);
    });
  }

  /** True if the child has ended because its heap was full. */
  get isOutOfMemory(): boolean {
    return this.#isHeapFull && OUT_OF_MEMORY.test(this.#tail);
  }

  /** The last lines on stderr. */
  get lastLines(): string {
    return this.#tail.trim().split('\n').slice(-5).join('\n');
  }
}

/** Writes a chunk, and lets its source wait while the output is full. */
function write(output: Writable, chunk: Uint8Array, source: Readable): void {
  if (output.write(chunk) || output.listenerCount('drain') > 0) return;
  source.pause();
  output.once('drain', () => source.resume());
}
