import '../../load-arrow/index.js';

import type { Kernel } from '../../run/index.js';
import {
  type CommonTask,
  GroupKernel,
  type GroupWork,
  inputFieldsOf,
  receiveCommon,
} from '../group-kernel.js';
import { inputColumn, inputRowsOf } from '../input-rows.js';
import { describeApart } from './apart-results.js';
import { firstMemory, ReceivedBytes } from './received-bytes.js';
import type { RowsPart } from './rows-part.js';
import { RowsReceiver } from './rows-receiver.js';

/*
 * The kernel of a call whose groups run in a child process: the rows of its groups come with each claim.
 */

/** A call as a child process gets it, without any rows. */
export interface ApartTask extends CommonTask {
  readonly others?: readonly { readonly form: string; readonly sizes: Int32Array }[];
  /** The option `cache`, which wants to know what functions read of their context. */
  readonly cache?: { readonly isSeeded: boolean };
}

/** Makes the kernel of a call, in a child process. */
export async function createApartGroupKernel(task: ApartTask, worker: number): Promise<Kernel> {
  const received = await receiveCommon(task, task, worker);
  const { others } = task;
  const receiver = new RowsReceiver(1 + (others?.length ?? 0), task.sizes.length);
  const bytes = new ReceivedBytes();
  /** True once columns have come back untouched: then the next ones are worth a copy. */
  let handsBack = false;
  let unique: number[] = [];
  const tracker = task.cache && trackerOf(task.cache, (group) => unique.push(group));
  let work: GroupWork | undefined;
  let kernel: GroupKernel | undefined;
  return {
    accept(part, groups) {
      receiver.accept(part as RowsPart, groups);
      const [first, ...rest] = receiver.sides;
      const columns = receiver.sides.flatMap(({ batches }) => batches.flatMap((batch) => batch.columns));
      const memory = handsBack ? firstMemory(columns) : undefined;
      if (memory) bytes.keep(memory);
      else bytes.forget();
      const next: GroupWork = {
        ...task,
        ...received,
        ...first,
        tracker,
        others: others?.map((other, k) => ({ ...other, batch: rest[k].batches[0], from: rest[k].from })),
      };
      work = next;
      if (kernel) kernel.goOn(next);
      else kernel = new GroupKernel(next);
    },
    run: (index, signal) => (kernel as GroupKernel).run(index, signal),
    take() {
      const taken = unique;
      unique = [];
      const tables = work as GroupWork;
      const results = (kernel as GroupKernel).take();
      handsBack ||= results.segments.some(({ columns }) => columns.some(({ input }) => input !== undefined));
      return describeApart(results, inputFieldsOf(tables), {
        inputRows: inputRowsOf(tables),
        isUnchanged: (segment, column) => bytes.isUnchanged(inputColumn(tables, segment, column).data),
        unique: taken,
      });
    },
  };
}

/** Notes the groups that read more than their rows and key. */
function trackerOf({ isSeeded }: { readonly isSeeded: boolean }, note: (group: number) => void) {
  return {
    recordRun(group: number, used: { readonly usedIndex: boolean; readonly usedRandom: boolean }): void {
      if (used.usedIndex || (used.usedRandom && !isSeeded)) note(group);
    },
  };
}
