import { readFileSync } from 'node:fs';
import { fileOf } from './file-of.js';
import { type ImportBinding, readImports } from './import-declarations.js';
import type { Inspector } from './inspector.js';

// A script's id, URL and text never change: kept for the life of the thread.
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
 * The URL of a script that is on the stack right now, as the file that makes the call mostly is. 0.4 ms, once per script;
 * undefined when it is not on the stack.
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
 * The URL of any script. When it is not on the stack this enables the debugger for a moment: 50 to 300 ms the first time, as V8
 * then hashes every script there is; so it learns all of them at once.
 */
export function scriptUrl(inspector: Inspector, scriptId: string): string | undefined {
  const known = urlOnStack(inspector, scriptId);
  if (known !== undefined) return known;
  withDebugger(inspector, () => undefined);
  return urls.get(scriptId);
}

/** Where a script says its source map is: a `data:` URL, or one relative to the script's. Uses the debugger as {@link scriptUrl} does. */
export function sourceMapUrl(inspector: Inspector, scriptId: string): string | undefined {
  if (!mapUrls.has(scriptId)) {
    const link = sourceMapLink(urls.get(scriptId) ?? '');
    // What was read from a JavaScript file says the same there as in V8.
    if (link !== undefined) mapUrls.set(scriptId, link);
    else withDebugger(inspector, () => undefined);
  }
  return mapUrls.get(scriptId) || undefined;
}

/** What a JavaScript file says of its source map: empty for nothing, undefined when it is no such file. */
export function sourceMapLink(url: string): string | undefined {
  const text = sourceOnDisk(url, /\.[cm]?js$/);
  return text && ([...text.matchAll(/^\/\/[#@] sourceMappingURL=(\S+)\s*$/gm)].at(-1)?.[1] ?? '');
}

/** What the `import` declarations of a script bind. `pay` allows the debugger to be used for a script that is not on the stack. */
export function scriptImports(
  inspector: Inspector,
  scriptId: string,
  pay: boolean,
): { readonly url: string; readonly bindings: ReadonlyMap<string, ImportBinding> } | undefined {
  const url = pay ? scriptUrl(inspector, scriptId) : urlOnStack(inspector, scriptId);
  if (!url) return undefined;
  let bindings = importLists.get(scriptId);
  if (!bindings) {
    const text = sourceOnDisk(url) ?? (pay ? sourceInMemory(inspector, scriptId) : undefined);
    if (text === undefined) return undefined;
    bindings = readImports(text);
    importLists.set(scriptId, bindings);
  }
  return { url, bindings };
}

/** The text of the script's file. A transpiler may have changed it since, but not the imports it still has. */
export function sourceOnDisk(url: string, kind = /./): string | undefined {
  const file = fileOf(url);
  if (file === undefined || !kind.test(file)) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** The text of a script as it runs. Of a file that a compiler may have changed it has to be asked for, with the debugger. */
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

/** Off again at once: while it is on, awaits are eight times slower. */
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
