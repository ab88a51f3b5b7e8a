import type { Segment } from '../combine/index.js';
import { type Dataset, DatasetWriter, type ResolvedTarget } from '../files/index.js';
import { cpuCount } from '../options/index.js';
import { isInsideWorker } from '../util/index.js';
import type { GroupCall } from './group-call.js';

/** Results of so many rows or bytes are joined before they are handed over to be written. */
export const JOINED_ROWS = 256 * 1024;
export const JOINED_BYTES = 64 * 1024 * 1024;
/** Bytes that a value handed back unchanged is taken for. */
const INPUT_BYTES = 8;

/** Opens the place that a call writes to, has `write` write, and resolves to what was written. */
export async function writeResults(
  { verb, options }: Pick<GroupCall, 'verb' | 'options'>,
  write: (writer: DatasetWriter) => Promise<void>,
): Promise<Dataset> {
  const { signal, backend, memoryLimit } = options;
  const workers = backend === 'inline' || isInsideWorker() ? 0 : Math.min(options.workers, cpuCount());
  const how = { verb: verb.name, signal, workers, memoryLimit };
  const writer = await DatasetWriter.open(options.to as ResolvedTarget, how);
  try {
    await write(writer);
    return await writer.finish();
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

/** Estimates the bytes of a segment. */
export const bytesOf = ({ numRows, columns }: Segment): number =>
  columns.reduce((sum, { data }) => sum + (data?.byteLength ?? numRows * INPUT_BYTES), 0);
