import { isNotebook, notebookDisplay } from './notebook.js';

/*
 * tslab prints the last expression of a cell with console.log, and the error of a cell with console.error.
 * Both ask the value for a text by this symbol; nothing else lets a value choose how it shows.
 */

const CUSTOM = Symbol.for('nodejs.util.inspect.custom');

type Inspect = (value: unknown, options: object) => string;

/** The classes that show in cells. */
const shown = new WeakSet<object>();

/**
 * Lets the objects of a class show as HTML where they are the last expression of a cell. Anywhere else, and
 * in the user's own console.log, they print as before.
 */
function showAsHtml(prototype: object, toHtml: (value: object) => string): void {
  showInCells(prototype, (value) => {
    const html = toHtml(value);
    notebookDisplay()?.html(html);
    swallowLineEnd();
    return '';
  });
}

let htmlOf: ((frame: object) => string) | undefined;

/** Sets how frames show; frame adapters know their classes, and not how to draw them. */
export function setFrameHtml(toHtml: (frame: object) => string): void {
  htmlOf = toHtml;
}

/** Lets the frames of a class show as HTML, as {@link showAsHtml} says, once it is set how. */
export function showFrames(prototype: object): void {
  if (htmlOf) showAsHtml(prototype, htmlOf);
}

/** Lets the errors of a class print as a text where a cell fails with one. */
export function showAsText(prototype: object, toText: (value: object) => string): void {
  showInCells(prototype, toText);
}

function showInCells(prototype: object, show: (value: object) => string): void {
  if (!isNotebook() || shown.has(prototype)) return;
  shown.add(prototype);
  const before: unknown = Reflect.get(prototype, CUSTOM);
  const custom = function (this: object, depth: number, options: object, inspect: Inspect): unknown {
    if (isPrintedByTslab()) {
      try {
        return show(this);
      } catch {
        // A frame that cannot be shown prints as before.
      }
    }
    if (typeof before === 'function') return Reflect.apply(before, this, [depth, options, inspect]);
    return inspect(this, { ...options, customInspect: false });
  };
  Object.defineProperty(prototype, CUSTOM, { value: custom, configurable: true, writable: true });
}

/** Tells whether tslab itself called the console, and not code of a cell. */
function isPrintedByTslab(): boolean {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 30;
  const frames = (new Error().stack ?? '').split('\n').slice(1);
  Error.stackTraceLimit = stackTraceLimit;
  const at = frames.findIndex((frame) => /[ (]node:internal\//.test(frame));
  const caller = frames.slice(Math.max(at, 0)).find((frame) => !/[ (]node:/.test(frame));
  return caller !== undefined && /[\\/]tslab[\\/]dist[\\/]executor\.js/.test(caller);
}

/** Leaves out the empty line that console.log would print for an object that shows elsewhere. */
function swallowLineEnd(): void {
  const { stdout } = process;
  const { write } = stdout;
  stdout.write = (...args: readonly unknown[]): boolean => {
    stdout.write = write;
    return args[0] === '\n' || Reflect.apply(write, stdout, args);
  };
}
