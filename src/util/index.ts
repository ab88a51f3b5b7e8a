export { endingGenerator } from './abortable-generator.js';
export { type Caller, framesOf, fromCaller, useCaller, yieldFromCaller } from './caller.js';
export { compareText } from './compare-text.js';
export { isDiskFull } from './disk-full.js';
export { escapeHtml } from './escape-html.js';
export { isInsideWorker, markWorker } from './is-inside-worker.js';
export { isThenable } from './is-thenable.js';
export { ItemSource, isAsync } from './item-source.js';
export { megabytes } from './megabytes.js';
export { hasArray, hasMethod, isObject, member } from './member.js';
export { globalClass, isDetached, zstd } from './node20.js';
export {
  endSignals,
  type HtmlDisplay,
  interruptSignal,
  isNotebook,
  notebookDisplay,
  notebookModule,
  whenNotebookLoads,
} from './notebook.js';
export { setFrameHtml, showAsText, showFrames } from './notebook-output.js';
export { oncePer } from './once-per.js';
export { packageHome, packageUrl, requirePackageHome } from './package-url.js';
export { preview } from './preview.js';
export { removeAtExit } from './remove-at-exit.js';
export { requireFrom } from './require-from.js';
export { sizeText } from './size-text.js';
export { makeTemporaryFolder, type TemporaryFolder } from './temporary-folder.js';
export { TextCache } from './text-cache.js';
export { throwIfAborted } from './throw-if-aborted.js';
export { untilAborted } from './until-aborted.js';
export { usableMemory } from './usable-memory.js';
