import { fstatSync } from 'node:fs';
import { ACTIVITY, CUT_OFF_CODE, LIFELINE, TO_PARENT } from './messages.js';

/*
 * Functions may close file descriptors that they have not opened, as programs do that close "all": the next
 * file that is opened gets the number, and what is meant for the console or the parent goes into it.
 */

/** The descriptors that a child can do without while a task lasts: the console, and two of its parent's. */
const SPARE = [0, 1, 2, ACTIVITY, LIFELINE];
/** Descriptor -> the file behind it when this process began. */
let begun: readonly (string | undefined)[] = [];

/** Notes which files are behind the descriptors, before any function runs. */
export function noteDescriptors(): void {
  begun = Array.from({ length: LIFELINE + 1 }, (_, descriptor) => fileOf(descriptor));
}

/** Returns what tells a file from others; undefined for a descriptor that is closed. */
function fileOf(descriptor: number): string | undefined {
  try {
    // Numbers would do, but Node 20 finds no modules behind symbolic links any more after it has asked for
    // those of a pipe.
    const { dev, ino } = fstatSync(descriptor, { bigint: true });
    return `${dev} ${ino}`;
  } catch {
    return undefined;
  }
}

const isLost = (descriptor: number): boolean => fileOf(descriptor) !== begun[descriptor];

/** Tells whether a function has closed descriptors without which this process should take no other task. */
export const isSpoiled = (): boolean => SPARE.some(isLost);

/**
 * Ends this process if a function has closed the descriptor for its messages: the parent would wait forever.
 */
export function requireParent(): void {
  if (isLost(TO_PARENT)) process.exit(CUT_OFF_CODE);
}
