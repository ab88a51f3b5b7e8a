import { isStackLine } from '../errors.js';
import { fileOf } from './file-of.js';
import { type FunctionOrigin, startOf } from './function-origin.js';
import { Inspector } from './inspector.js';
import type { ShippedValue, SourcePosition } from './payload.js';
import { type FilePosition, originalPosition } from './source-map.js';
import { scriptUrl, sourceMapLink, sourceMapUrl } from './v8-scripts.js';

/**
 * The places of the functions in a payload. They stay in the thread that made it, as long as the payload
 * lives.
 */
const origins = new WeakMap<ShippedValue, readonly FunctionOrigin[]>();

/** Keeps the places of a payload's functions for a later {@link TraceMapper}. */
export function rememberOrigins(shipped: ShippedValue, each: readonly FunctionOrigin[]): void {
  origins.set(shipped, each);
}

/** Bounds the memory of an executor, to which a program may send ever new functions. */
const MAX_PLACES = 1000;

/**
 * Maps workers' stack traces to the user's files, for the functions of the payloads added to it. It keeps one
 * function per place in a file, and forgets the places that were added longest ago.
 */
export class TraceMapper {
  readonly #places = new Map<string, FunctionOrigin>();

  static of(shipped: ShippedValue): TraceMapper {
    const traces = new TraceMapper();
    traces.add(shipped);
    return traces;
  }

  add(shipped: ShippedValue): void {
    for (const origin of origins.get(shipped) ?? []) {
      const { file, position } = origin;
      const place = position ? `${file}:${position.line}:${position.column}` : file;
      this.#places.delete(place);
      this.#places.set(place, origin);
    }
    for (const place of this.#places.keys()) {
      if (this.#places.size <= MAX_PLACES) break;
      this.#places.delete(place);
    }
  }

  /**
   * Returns a worker's stack trace with positions in the user's own source files. It looks up files that were
   * not known when the function was sent, and follows source maps. The first error may take 300 ms, in which
   * V8 lists its scripts; calls that succeed cost nothing.
   */
  map(stack: string): string {
    if (this.#places.size === 0) return stack;
    const known = [...this.#places.values()];
    const inspector = new Inspector();
    try {
      const lines = stack.split('\n');
      return lines.map((line) => (isStackLine(line) ? mapLine(line, known, inspector) : line)).join('\n');
    } finally {
      inspector.close();
    }
  }
}

function mapLine(line: string, known: readonly FunctionOrigin[], inspector: Inspector): string {
  for (const origin of known) {
    const start = line.indexOf(`${origin.file}:`);
    if (start < 0) continue;
    const [numbers, row, column] = /^:(\d+):(\d+)/.exec(line.slice(start + origin.file.length)) ?? [];
    if (numbers === undefined) continue;
    const place = userPosition(origin, Number(row), Number(column), inspector);
    if (!place) continue;
    const end = start + origin.file.length + numbers.length;
    return `${line.slice(0, start)}${place.file}:${place.line}:${place.column}${line.slice(end)}`;
  }
  return mapModule(line);
}

/** Maps a frame in a compiled file of the user's that the worker imported. */
function mapModule(line: string): string {
  const [, before, file, row, column, after] = FRAME.exec(line) ?? [];
  if (file === undefined || /[\\/]node_modules[\\/]/.test(file)) return line;
  const place = { file, line: Number(row), column: Number(column) };
  const original = originalPosition(place, () => sourceMapLink(file));
  return original ? `${before}${original.file}:${original.line}:${original.column}${after}` : line;
}

const FRAME = /^(.*?(?:\(|at |async ))((?:file:\/\/|\/|[A-Za-z]:\\)[^()]*\.[cm]?js):(\d+):(\d+)(\)?)$/;

/** Returns the position in the user's file of a frame; undefined when the frame is not in this function. */
function userPosition(
  origin: FunctionOrigin,
  line: number,
  column: number,
  inspector: Inspector,
): FilePosition | undefined {
  const { position, parsed, file } = origin;
  if (position && file === position.url) {
    const first = position.line + 1;
    const last = first + parsed.source.split('\n').length - 1;
    if (line < first || line > last || (line === first && column <= position.column)) return undefined;
    const place = { file, line, column };
    return originalPosition(place, () => mapUrlOf(origin, inspector)) ?? place;
  }
  if (!starts.has(origin)) starts.set(origin, findStart(origin, inspector));
  const start = starts.get(origin);
  if (!start) return { file: withoutNumber(file), line, column };
  const place = {
    file: start.url,
    line: start.line + line,
    column: column + (line === 1 ? start.column : 0),
  };
  const script = fileOf(start.url) === undefined ? `script ${start.scriptId}` : start.url;
  return originalPosition(place, () => mapUrlOf(origin, inspector), script) ?? place;
}

/** Found once per function: thousands of groups may fail in the same one. */
const starts = new WeakMap<FunctionOrigin, (SourcePosition & { readonly scriptId: string }) | undefined>();

/** Returns the first position of a function's source; undefined without an inspector. */
function findStart(origin: FunctionOrigin, inspector: Inspector) {
  try {
    const location = locationOf(origin, inspector);
    const url = location && scriptUrl(inspector, location.scriptId);
    return location && url
      ? { url, scriptId: location.scriptId, ...startOf(origin.parsed, location) }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Removes the number from a made-up file name. */
const withoutNumber = (file: string): string => file.replace(/~\d+(?=$|\.js$)/, '');

const locationOf = ({ fn, location }: FunctionOrigin, inspector: Inspector) =>
  location ?? (fn && inspector.internals(fn).location);

function mapUrlOf(origin: FunctionOrigin, inspector: Inspector): string | undefined {
  const location = locationOf(origin, inspector);
  return location && sourceMapUrl(inspector, location.scriptId);
}
