import { totalmem } from 'node:os';

let usable: number | undefined;

/** Returns the memory that this process may use: that of the machine, or the limit of its container. */
export function usableMemory(): number {
  // Remembered: reading the limit opens files, and takes longer than checking all options of a call.
  usable ??= readUsableMemory();
  return usable;
}

function readUsableMemory(): number {
  const limit = process.constrainedMemory?.() ?? 0;
  // Without a limit, systems report 0 or more than there is.
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}
