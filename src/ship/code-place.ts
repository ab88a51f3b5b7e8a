import { fileOf } from './file-of.js';
import { startOf } from './function-origin.js';
import type { Inspector, Internals } from './inspector.js';
import { type ParsedFunction, parseFunction } from './parse.js';
import { originalPosition } from './source-map.js';
import { scriptUrl, sourceMapUrl } from './v8-scripts.js';

/** A place in the code of a function that runs in this thread. */
export interface CodePlace {
  readonly parsed: ParsedFunction;
  readonly location: Internals['location'];
  /** The position in the function's source. */
  readonly offset: number;
}

/**
 * Returns `file:line:column` of a place, in the file that the user wrote; undefined without a file. It may
 * take the debugger, as {@link scriptUrl} says.
 */
export function describePlace(place: CodePlace, inspector: Inspector): string | undefined {
  const { parsed, location, offset } = place;
  try {
    const url = location && scriptUrl(inspector, location.scriptId);
    if (!url || fileOf(url) === undefined) return undefined;
    const start = startOf(parsed, location);
    const lines = parsed.source.slice(0, offset).split('\n');
    const first = lines.length === 1 ? start.column : 0;
    const line = start.line + lines.length;
    const column = first + (lines.at(-1)?.length ?? 0) + 1;
    const compiled = { file: url, line, column };
    const written = originalPosition(compiled, () => sourceMapUrl(inspector, location.scriptId)) ?? compiled;
    return `${fileOf(written.file) ?? written.file}:${written.line}:${written.column}`;
  } catch {
    // A place only helps: without it the message is still right.
    return undefined;
  }
}

/** Returns the place of a function; undefined for one without code of the user's. */
export function describeFunction(fn: object, inspector: Inspector): string | undefined {
  try {
    const parsed = parseFunction(Function.prototype.toString.call(fn));
    return describePlace({ parsed, location: inspector.internals(fn).location, offset: 0 }, inspector);
  } catch {
    return undefined;
  }
}
