import { isNotebook } from '../util/index.js';
import { createBar } from './bar.js';
import { guardStream } from './guarded-stream.js';
import { createLines } from './lines.js';
import { createNotebookBar } from './notebook.js';
import type { ProgressDisplay } from './types.js';

/**
 * Returns a bar for a notebook or a terminal that can redraw a line, and plain lines for a log anywhere else.
 */
export function createDisplay(
  stream: NodeJS.WriteStream = process.stderr,
  verb = 'applyParallel',
): ProgressDisplay {
  if (stream === process.stderr && isNotebook()) return createNotebookBar();
  const out = guardStream(stream);
  return stream.isTTY && process.env.TERM !== 'dumb' ? createBar(out) : createLines(out, verb);
}
