import { fileOf } from './file-of.js';
import { type FunctionOrigin, startOf } from './function-origin.js';
import { Inspector } from './inspector.js';
import type { ShippedValue, SourcePosition } from './payload.js';
import { type FilePosition, originalPosition } from './source-map.js';
import { scriptUrl, sourceMapLink, sourceMapUrl } from './v8-scripts.js';

/** What the functions of a payload were made from. Stays in the thread that shipped them, while their call runs. */
const origins = new WeakMap<ShippedValue, readonly FunctionOrigin[]>();

export function rememberOrigins(shipped: ShippedValue, each: readonly FunctionOrigin[]): void {
  origins.set(shipped, each);
}

/** More functions than programs have places that ship some. */
const MAX_PLACES = 1000;

/** What the functions of payloads were made from, those of one place in a file once, the latest places last. */
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
   * A worker's stack trace with the places of the user's own files: where a function's file was not known when it was shipped it is looked
   * up now, and source maps are followed. Nothing of this costs a call that succeeds; the first error may take 300 ms, while V8
   * lists its scripts.
   */
  map(stack: string): string {
    if (this.#places.size === 0) return stack;
    const known = [...this.#places.values()];
    const inspector = new Inspector();
    try {
      const lines = stack.split('\n');
      return lines.map((line) => (/^\s+at /.test(line) ? mapLine(line, known, inspector) : line)).join('\n');
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

/** A frame of a compiled file of the user's that the worker loaded by reference. */
function mapModule(line: string): string {
  const [, before, file, row, column, after] = FRAME.exec(line) ?? [];
  if (file === undefined || /[\\/]node_modules[\\/]/.test(file)) return line;
  const place = { file, line: Number(row), column: Number(column) };
  const original = originalPosition(place, () => sourceMapLink(file));
  return original ? `${before}${original.file}:${original.line}:${original.column}${after}` : line;
}

const FRAME = /^(.*?(?:\(|at |async ))((?:file:\/\/|\/|[A-Za-z]:\\)[^()]*\.[cm]?js):(\d+):(\d+)(\)?)$/;

/** The place in the user's file of a frame at `line` and `column`; undefined when the frame is not of this function. */
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
  if (!start) return { file: unmarked(file), line, column };
  const place = {
    file: start.url,
    line: start.line + line,
    column: column + (line === 1 ? start.column : 0),
  };
  const script = fileOf(start.url) === undefined ? `script ${start.scriptId}` : start.url;
  return originalPosition(place, () => mapUrlOf(origin, inspector), script) ?? place;
}

/** Found once, as thousands of groups may fail alike. */
const starts = new WeakMap<FunctionOrigin, (SourcePosition & { readonly scriptId: string }) | undefined>();

/** Where the function's source begins; undefined where there is no inspector, and its name has to do. */
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

const unmarked = (file: string): string => file.replace(/~\d+(?=$|\.js$)/, '');

const locationOf = ({ fn, location }: FunctionOrigin, inspector: Inspector) =>
  location ?? (fn && inspector.internals(fn).location);

function mapUrlOf(origin: FunctionOrigin, inspector: Inspector): string | undefined {
  const location = locationOf(origin, inspector);
  return location && sourceMapUrl(inspector, location.scriptId);
}
