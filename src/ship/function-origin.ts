import { pathToFileURL } from 'node:url';
import { fileOf } from './file-of.js';
import type { Internals } from './inspector.js';
import type { ParsedFunction } from './parse.js';
import type { SourcePosition } from './payload.js';

/** A function that was shipped by its source, and the name its frames have in the worker's stack traces. */
export interface FunctionOrigin {
  /** Missing where `location` is known: a trace keeps nothing alive that the function has captured. */
  readonly fn?: object;
  /** Where V8 has it, if that was asked for anyway. */
  readonly location?: Internals['location'];
  readonly file: string;
  readonly parsed: ParsedFunction;
  /** Where the source begins; missing where finding out would have cost more than most calls have time for. */
  readonly position?: SourcePosition;
}

/**
 * The file name a worker compiles a function under: the user's, where it is known. Else a name of its own by which the place is looked up
 * once an error makes it worth the time. The same function has the same name in every call, so that workers compile it once.
 */
export function traceName(
  fn: object,
  parsed: ParsedFunction,
  location: Internals['location'],
  url: string | undefined,
): string {
  if (url !== undefined && fileOf(url) !== undefined) return url;
  const key = location ? `${location.scriptId}:${location.line}:${location.column}` : parsed.source;
  let id = ids.get(key);
  if (id === undefined) {
    if (ids.size >= ID_LIMIT) ids.clear();
    id = ++last;
    ids.set(key, id);
  }
  // Relative specifiers of an import() start from here.
  if (parsed.analysis.importsDynamically) return pathToFileURL(`${process.cwd()}/shipped~${id}.js`).href;
  const name = 'name' in fn && typeof fn.name === 'string' ? fn.name.replace(/[^\w$]+/g, '_') : '';
  return `shipped:${name || 'anonymous'}~${id}`;
}

const ids = new Map<string, number>();
const ID_LIMIT = 5000;
let last = 0;

/** Where a function's source begins in its script, V8 having said where the function is. */
export function startOf(
  { source, anchor }: ParsedFunction,
  { line, column }: { readonly line: number; readonly column: number },
): { readonly line: number; readonly column: number } {
  const breaks = source.slice(0, anchor).split('\n').length - 1;
  return { line: line - breaks, column: breaks > 0 ? 0 : column - anchor };
}
