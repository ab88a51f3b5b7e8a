import { type Batch, packBatch } from '../../arrow/index.js';
import { ApplyError } from '../../errors.js';
import { type JobEvents, runInline, runThreads } from '../../run/index.js';
import { throwIfAborted } from '../../util/index.js';
import { createEncodeKernel, type EncodedPiece, encodeKernelSource } from './encode-kernel.js';
import type { FormatOptions } from './output-format.js';
import { bytesOfRows } from './row-bytes.js';

/** The size below which this thread encodes sooner than workers would begin. */
const INLINE_BYTES = 256 * 1024;

/** Encodes pieces in up to `workers` threads; in this one if there are 0. */
export async function encodePieces(
  pieces: readonly Batch[],
  format: FormatOptions,
  workers: number,
  signal: AbortSignal,
): Promise<Uint8Array[]> {
  const encoded: Uint8Array[] = [];
  let failure: { readonly error: unknown } | undefined;
  const events: JobEvents = {
    onResults({ results }) {
      for (const { index, bytes } of results as readonly EncodedPiece[]) encoded[index] = bytes;
    },
    onFailure({ index, kind, error }) {
      failure ??= { error: encodeError(pieces[index], kind, error) };
      return false;
    },
  };
  const weights = new Int32Array(new SharedArrayBuffer(pieces.length * 4));
  let bytes = 0;
  pieces.forEach(({ columns }, k) => {
    const size = bytesOfRows(columns);
    bytes += size;
    weights[k] = Math.min(size, 2 ** 31 - 1);
  });
  const job = { count: pieces.length, weights, batchSize: 1 };
  const task = { pieces: pieces.map(packBatch), format };
  if (workers === 0 || bytes < INLINE_BYTES) {
    await runInline(await createEncodeKernel(task), job, events, signal);
  } else {
    await runThreads({ ...job, kernel: encodeKernelSource(task) }, workers, events, signal);
  }
  if (failure) throw failure.error;
  throwIfAborted(signal);
  return encoded;
}

function encodeError({ schema, numRows }: Batch, kind: string, error: unknown): ApplyError {
  const columns = schema.fields.map(({ name, type }) => `'${name}' (${type})`).join(', ');
  const what = `${numRows} rows of ${columns.length > 200 ? `${schema.fields.length} columns` : columns}`;
  if (kind === 'out-of-memory') {
    return new ApplyError(
      'ERR_WORKER_OUT_OF_MEMORY',
      `a worker ran out of memory while it wrote ${what}; a smaller rowGroupRows needs less`,
    );
  }
  const message = error instanceof Error ? error.message : String(error ?? kind);
  return new ApplyError('ERR_UNSTORABLE', `${what} cannot be written: ${message}`, { cause: error });
}
