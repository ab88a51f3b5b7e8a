import { pathToFileURL } from 'node:url';
import { TextCache } from '../util/index.js';
import { fileOf } from './file-of.js';
import type { Internals } from './inspector.js';
import type { ParsedFunction } from './parse.js';
import type { SourcePosition } from './payload.js';

/**
 * The place of a function that was sent as source, and the file name of its frames in workers' stack traces.
 */
export interface FunctionOrigin {
  /**
   * The function, held only where `location` is unknown, since it keeps everything that it has captured
   * alive.
   */
  readonly fn?: object;
  /** Its location in V8, when capturing has asked for that. */
  readonly location?: Internals['location'];
  readonly file: string;
  readonly parsed: ParsedFunction;
  /** The first position of the source; missing when finding the file would have taken the debugger. */
  readonly position?: SourcePosition;
}

/**
 * Returns the file name under which a worker compiles a function: the user's file where it is known,
 * otherwise a made-up name, from which the place is looked up when there is an error. A function has one name
 * in all calls, so that workers compile it once.
 */
export function traceName(
  fn: object,
  parsed: ParsedFunction,
  location: Internals['location'],
  url: string | undefined,
): string {
  if (url !== undefined && fileOf(url) !== undefined) return url;
  const key = location ? `${location.scriptId}:${location.line}:${location.column}` : parsed.source;
  const id = ids.get(key, () => ++last);
  // Relative specifiers of its import() resolve from this name.
  if (parsed.analysis.importsDynamically) return pathToFileURL(`${process.cwd()}/shipped~${id}.js`).href;
  const name = 'name' in fn && typeof fn.name === 'string' ? fn.name.replace(/[^\w$]+/g, '_') : '';
  return `shipped:${name || 'anonymous'}~${id}`;
}

const ids = new TextCache<number>(5000);
let last = 0;

/**
 * Returns the first position of a function's source in its script, from the location that V8 gives for it.
 */
export function startOf(
  { source, anchor }: ParsedFunction,
  { line, column }: { readonly line: number; readonly column: number },
): { readonly line: number; readonly column: number } {
  const breaks = source.slice(0, anchor).split('\n').length - 1;
  return { line: line - breaks, column: breaks > 0 ? 0 : column - anchor };
}
