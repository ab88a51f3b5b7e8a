import '../load-arrow/index.js';

import { describeData, type WireData } from '../arrow/index.js';
import type { Kernel, KernelName, KernelSource } from '../run/index.js';
import { PartReader } from './part-reader.js';
import type { ReadTask } from './read-task.js';

/* Reads the parts of a data set in a worker; each index of the job is one part. */

/** The rows of a part as they are posted; the schema is the task's. */
export interface WirePart {
  readonly index: number;
  readonly numRows: number;
  readonly columns: readonly WireData[];
  /** Lines of the part that were left out. */
  readonly skipped: number;
}

export const READ_KERNEL: KernelName = { name: 'createReadKernel', isAlone: true };

export const readKernelSource = (data: ReadTask): KernelSource => ({
  ...READ_KERNEL,
  data,
});

export async function createReadKernel(task: ReadTask): Promise<Kernel> {
  const reader = new PartReader(task);
  let parts: WirePart[] = [];
  return {
    async run(index) {
      const { numRows, columns, skipped = 0 } = await reader.read(index);
      parts.push({ index, numRows, columns: columns.map(describeData), skipped });
    },
    take() {
      const taken = parts;
      parts = [];
      return taken;
    },
  };
}
