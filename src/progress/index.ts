export type { Progress } from './types.js';

import { isNotebook } from '../util/index.js';
import { createBar } from './bar.js';
import { createLines } from './lines.js';
import { createNotebookBar } from './notebook.js';
import { guardStream } from './stream.js';
import type { Progress } from './types.js';

export { formatLine, formatProgress, type ProgressStyle } from './format.js';

/** A display that is fed reports. `end()` clears up; after it nothing is drawn any more. Neither ever throws. */
export interface ProgressDisplay {
  update(progress: Progress): void;
  end(): void;
}

/** A bar where the stream is a terminal that can redraw a line, or in a notebook; plain lines for a log anywhere else. */
export function createDisplay(
  stream: NodeJS.WriteStream = process.stderr,
  verb = 'applyParallel',
  unit = 'groups',
): ProgressDisplay {
  if (stream === process.stderr && isNotebook()) return createNotebookBar(unit);
  const out = guardStream(stream);
  return stream.isTTY && process.env.TERM !== 'dumb' ? createBar(out, unit) : createLines(out, verb, unit);
}
