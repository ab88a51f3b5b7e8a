import { copyTableToShared } from '../../arrow/index.js';
import type { FrameAdapter } from '../../frame/index.js';
import type { GroupSource } from '../group-source.js';

/** Rows of a batch of a frame by default: enough to outweigh the cost of a call, and still many batches. */
const BATCH_ROWS = 65_536;

/** Returns the batches of a frame as groups: ranges of rows, whose keys are their numbers. */
export function batchSource(frame: unknown, adapter: FrameAdapter, batchRows = BATCH_ROWS): GroupSource {
  const table = adapter.toArrow(frame, 'ERR_NOT_A_FRAME');
  const { numRows, schema } = table;
  const count = Math.ceil(numRows / batchRows);
  const sizes = new Int32Array(new SharedArrayBuffer(count * 4));
  const from = new Int32Array(count);
  for (let batch = 0; batch < count; batch++) {
    from[batch] = batch * batchRows;
    sizes[batch] = Math.min(batchRows, numRows - from[batch]);
  }
  return {
    kind: adapter.kind,
    schema,
    count,
    sizes,
    numRows,
    key: (batch) => batch,
    keyColumns: () => [],
    split: () => ({ batches: [copyTableToShared(table)], from, sizes }),
  };
}
