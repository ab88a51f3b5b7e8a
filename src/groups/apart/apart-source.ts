import type { ApartKernelSource, KernelName } from '../../run/index.js';
import type { Shards } from '../group-source.js';
import type { ApartTask } from './apart-kernel.js';
import { RowsSender } from './rows-sender.js';

/** @param isAlone what `runsAlone` tells */
export const apartKernel = (isAlone: boolean): KernelName => ({ name: 'createApartGroupKernel', isAlone });

/** Returns the kernel of a call whose groups run in child processes. */
export function apartKernelSource(data: ApartTask, shards: Shards, isAlone: boolean): ApartKernelSource {
  const sender = new RowsSender(shards);
  const { initialized } = data;
  return {
    ...apartKernel(isAlone),
    data,
    partOf: (groups, sent) => sender.partOf(groups, sent.task),
    lives: initialized ? [initialized.life] : [],
  };
}
