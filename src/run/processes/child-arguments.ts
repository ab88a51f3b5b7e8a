import { fileURLToPath } from 'node:url';
import { packageHome, requirePackageHome } from '../../util/index.js';
import { heapLimitMb } from '../heap-limit.js';
import type { KernelName } from '../kernel.js';

/** Flags of node that say what to run, or that only one process at a time can have. */
const OWN_FLAGS =
  /^(?:--(?:eval|print|check|interactive|inspect|test|watch|title|run|input-type)\b|-(?:e|p|pe|c|i)$)/;
/** Those of them whose value may be the next argument. */
const WITH_VALUE = /^(?:--(?:eval|print|title|inspect-port|test-[\w-]+|watch-path|run)|-(?:e|p|pe))$/;

/**
 * Returns the arguments of node for a child: the flags of this process, among them those of its permission
 * model and its loaders, a limit of the heap, and the file.
 */
export function childArguments(children: number, { name, isAlone }: KernelName): string[] {
  requirePackageHome('its child processes cannot load it');
  const entry = fileURLToPath(new URL('process-entry.cjs', packageHome));
  const limit = `--max-old-space-size=${heapLimitMb(children)}`;
  return [...inheritedFlags(process.execArgv), limit, entry, name, isAlone ? 'alone' : 'all'];
}

/** Returns the flags that a child has in common with its parent. */
export function inheritedFlags(flags: readonly string[]): string[] {
  const kept: string[] = [];
  for (let k = 0; k < flags.length; k++) {
    if (!OWN_FLAGS.test(flags[k])) kept.push(flags[k]);
    else if (WITH_VALUE.test(flags[k])) k++;
  }
  return kept;
}
