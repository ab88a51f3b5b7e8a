import { type Batch, sliceBatch } from '../../arrow/index.js';
import { type GivenFrame, sameSchema } from '../frames-source.js';

type Frame = Omit<GivenFrame, 'key'>;

/** Cuts frames into batches, and joins small ones. Nothing is copied: a batch is a list of slices. */
export class BatchCutter {
  readonly #batchRows: number | undefined;
  #waiting: Frame | undefined;
  #count = 0;

  /** Makes a batch of each frame if there is no number of rows. */
  constructor(batchRows: number | undefined) {
    this.#batchRows = batchRows;
  }

  /** Adds a frame and returns the batches that are complete with it. A frame without rows makes none. */
  add(frame: Frame): GivenFrame[] {
    if (frame.numRows === 0) return [];
    const size = this.#batchRows;
    if (size === undefined) return [this.#numbered(frame)];
    const waiting = this.#waiting;
    const done = waiting && !sameSchema(waiting.schema, frame.schema) ? this.rest() : [];
    const rest = this.#waiting;
    const batches = rest ? [...rest.batches, ...frame.batches] : [...frame.batches];
    let numRows = frame.numRows + (rest?.numRows ?? 0);
    const { kind } = frame;
    const schema = rest?.schema ?? frame.schema;
    for (; numRows >= size; numRows -= size) {
      done.push(this.#numbered({ kind, schema, batches: takeRows(batches, size), numRows: size }));
    }
    this.#waiting = numRows > 0 ? { kind, schema, batches, numRows } : undefined;
    return done;
  }

  /** Returns what waits for more rows, in the end. */
  rest(): GivenFrame[] {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting ? [this.#numbered(waiting)] : [];
  }

  #numbered(frame: Frame): GivenFrame {
    return { ...frame, key: this.#count++ };
  }
}

/** Removes the first `rows` rows from a list of batches and returns them. */
function takeRows(batches: Batch[], rows: number): Batch[] {
  const taken: Batch[] = [];
  let left = rows;
  while (left > 0) {
    const batch = batches[0];
    if (batch.numRows <= left) {
      taken.push(batch);
      batches.shift();
      left -= batch.numRows;
    } else {
      taken.push(sliceBatch(batch, 0, left));
      batches[0] = sliceBatch(batch, left, batch.numRows);
      left = 0;
    }
  }
  return taken;
}
