import type { Phase, Progress } from '../index.js';
import { sizeText } from '../util/index.js';
import { counted, secondsText } from './show.js';

const INTERVAL_MS = 2000;

const PREPARATIONS: { readonly [Each in Exclude<Phase, 'apply'>]: string } = {
  keys: 'finding the groups',
  read: 'reading the rows',
  spill: 'sorting the rows into files',
};

/**
 * Writes how far a call has come, a line every two seconds at most. Leaves the end to the summary of the
 * command.
 */
export function logProgress(write: (line: string) => void): (progress: Progress) => void {
  let printedAt = 0;
  return (progress) => {
    if (progress.done || progress.elapsedMs - printedAt < INTERVAL_MS) return;
    printedAt = progress.elapsedMs;
    write(lineOf(progress));
  };
}

function lineOf(progress: Progress): string {
  const { phase = 'apply', groups, groupsTotal, rows, bytes, bytesTotal, elapsedMs } = progress;
  const facts =
    phase === 'apply'
      ? [`${groups.toLocaleString('en-US')} of ${counted(groupsTotal, 'group')}`, counted(rows, 'row')]
      : [PREPARATIONS[phase]];
  if (bytes && bytesTotal) facts.push(`${sizeText(bytes)} of ${sizeText(bytesTotal)}`);
  return [...facts, secondsText(elapsedMs)].join(', ');
}
