import { writeSync } from 'node:fs';
import type { Kernel } from '../../../run/index.js';
import type { GroupTask } from '../../group-kernel.js';
import { describeKey } from '../../group-source.js';

/** The first line of the file is the note, a group's index and key; cluster-glue.py reads so many bytes. */
const NOTE_BYTES = 1000;
const NOTHING = Buffer.from('\n');

type MakeKernel = (task: GroupTask, worker: number) => Promise<Kernel>;

/**
 * Returns what makes kernels that note each group in a file before they run it, for whoever finds the process
 * dead. A note costs about a microsecond.
 */
export const notingGroups =
  (make: MakeKernel, file: number): MakeKernel =>
  async (task, worker) => {
    const kernel = await make(task, worker);
    return {
      ...kernel,
      run(index, signal) {
        const text = describeKey(task.keys[index])
          .replaceAll('\n', ' ')
          .slice(0, NOTE_BYTES / 4);
        writeSync(file, Buffer.from(`${index} ${text}\n`), 0, undefined, 0);
        return kernel.run(index, signal);
      },
      take() {
        writeSync(file, NOTHING, 0, undefined, 0);
        return kernel.take();
      },
    };
  };
