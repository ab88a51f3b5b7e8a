import { readFileSync } from 'node:fs';
import { getHeapStatistics } from 'node:v8';
import { fileOf } from './file-of.js';
import { type ImportBinding, readImports } from './import-declarations.js';
import type { Inspector } from './inspector.js';

// Kept for the life of the thread: a script's id, URL and text never change.
const urls = new Map<string, string>();
const mapUrls = new Map<string, string>();
const notOnStack = new Set<string>();
const importLists = new Map<string, ReadonlyMap<string, ImportBinding>>();

interface StackAnswer {
  readonly exceptionDetails?: {
    readonly stackTrace?: {
      readonly callFrames: readonly { readonly scriptId: string; readonly url: string }[];
    };
  };
}

/**
 * Returns the URL of a script that is on the call stack, as the file that makes the call mostly is; undefined
 * for any other script. It takes 0.4 ms, once per script.
 */
export function urlOnStack(inspector: Inspector, scriptId: string): string | undefined {
  const known = urls.get(scriptId);
  if (known !== undefined || notOnStack.has(scriptId)) return known;
  inspector.post('Runtime.enable');
  try {
    const errorObjectId = inspector.handle(new Error('where am I'));
    const answer = inspector.post<StackAnswer>('Runtime.getExceptionDetails', { errorObjectId });
    for (const frame of answer.exceptionDetails?.stackTrace?.callFrames ?? [])
      urls.set(frame.scriptId, frame.url);
  } finally {
    inspector.post('Runtime.disable');
  }
  if (!urls.has(scriptId)) notOnStack.add(scriptId);
  return urls.get(scriptId);
}

/**
 * Returns the URL of any script. For one that is not on the stack it asks for all scripts that have run, in
 * some 10 ms. If that does not tell, it enables the debugger for a moment, and notes the URLs of all scripts:
 * the first time takes 50 to 300 ms, in which V8 hashes every script.
 */
export function scriptUrl(inspector: Inspector, scriptId: string): string | undefined {
  const known = urlOnStack(inspector, scriptId) ?? urlInCoverage(inspector, scriptId);
  if (known !== undefined) return known;
  withDebugger(inspector, () => undefined);
  return urls.get(scriptId);
}

/** V8 goes through its heap for the coverage; a larger one takes longer than the debugger. */
const MOST_HEAP = 64 * 1024 * 1024;

interface CoverageAnswer {
  readonly result: readonly { readonly scriptId: string; readonly url: string }[];
}

/**
 * Returns the URL of a script whose functions have run. The profiler stays disabled: enabling it would end
 * the coverage that another tool measures.
 */
function urlInCoverage(inspector: Inspector, scriptId: string): string | undefined {
  if (getHeapStatistics().used_heap_size > MOST_HEAP) return undefined;
  try {
    const { result } = inspector.post<CoverageAnswer>('Profiler.getBestEffortCoverage');
    for (const script of result) urls.set(script.scriptId, script.url);
  } catch {
    // Hosts other than Node may not have it.
  }
  return urls.get(scriptId);
}

/**
 * Returns the URL of a script's source map: a `data:` URL, or one relative to the script's. It may use the
 * debugger, as {@link scriptUrl} does.
 */
export function sourceMapUrl(inspector: Inspector, scriptId: string): string | undefined {
  if (!mapUrls.has(scriptId)) {
    const link = sourceMapLink(urls.get(scriptId) ?? '');
    // A JavaScript file names the same map on disk as in V8; only other scripts take the debugger.
    if (link !== undefined) mapUrls.set(scriptId, link);
    else withDebugger(inspector, () => undefined);
  }
  return mapUrls.get(scriptId) || undefined;
}

/** Reads the source map's URL from a JavaScript file: '' when it names none, undefined for any other file. */
export function sourceMapLink(url: string): string | undefined {
  const text = sourceOnDisk(url, /\.[cm]?js$/);
  return text && ([...text.matchAll(/^\/\/[#@] sourceMappingURL=(\S+)\s*$/gm)].at(-1)?.[1] ?? '');
}

/**
 * Returns the names that the import declarations of a script bind. `mayDebug` allows the debugger, which is
 * slow, for a script that is not on the stack.
 */
export function scriptImports(
  inspector: Inspector,
  scriptId: string,
  mayDebug: boolean,
): { readonly url: string; readonly bindings: ReadonlyMap<string, ImportBinding> } | undefined {
  const url = mayDebug ? scriptUrl(inspector, scriptId) : urlOnStack(inspector, scriptId);
  if (!url) return undefined;
  let bindings = importLists.get(scriptId);
  if (!bindings) {
    const text = sourceOnDisk(url) ?? (mayDebug ? sourceInMemory(inspector, scriptId) : undefined);
    if (text === undefined) return undefined;
    bindings = readImports(text);
    importLists.set(scriptId, bindings);
  }
  return { url, bindings };
}

/**
 * Reads the text of a script's file. V8 may run it transpiled, with some imports removed but none changed.
 */
export function sourceOnDisk(url: string, kind = /./): string | undefined {
  const file = fileOf(url);
  if (file === undefined || !kind.test(file)) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * Returns the text of a script as V8 runs it; takes the debugger for a file that a loader may have
 * translated.
 */
export function scriptText(inspector: Inspector, scriptId: string): string | undefined {
  const url = urlOnStack(inspector, scriptId);
  const plain = url !== undefined && /\.c?js$/.test(fileOf(url) ?? '') ? sourceOnDisk(url) : undefined;
  return plain ?? sourceInMemory(inspector, scriptId);
}

function sourceInMemory(inspector: Inspector, scriptId: string): string | undefined {
  let text: string | undefined;
  withDebugger(inspector, () => {
    text = inspector.post<{ scriptSource: string }>('Debugger.getScriptSource', { scriptId }).scriptSource;
  });
  return text;
}

/**
 * Runs `body` with the debugger on. It is switched off at once, as awaits are eight times slower while it is
 * on.
 */
function withDebugger(inspector: Inspector, body: () => void): void {
  const learn = (script: { scriptId: string; url: string; sourceMapURL?: string }): void => {
    urls.set(script.scriptId, script.url);
    mapUrls.set(script.scriptId, script.sourceMapURL ?? '');
  };
  inspector.during('Debugger.scriptParsed', learn, () => {
    inspector.post('Debugger.enable');
    try {
      body();
    } finally {
      inspector.post('Debugger.disable');
    }
  });
}
