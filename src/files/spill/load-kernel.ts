import '../../load-arrow/index.js';

import {
  describeData,
  describeType,
  reviveSchema,
  type WireData,
  type WireSchema,
  type WireType,
} from '../../arrow/index.js';
import type { Kernel, KernelSource } from '../../run/index.js';
import { type BucketPlan, loadColumn } from './chunk-reader.js';
import { collecting, type UnitResult } from './run-units.js';

/* Reads the columns of a bucket in a worker; each index is one column. */

export interface LoadTask {
  readonly plan: BucketPlan;
  readonly schema: WireSchema;
}

export interface LoadedColumn extends UnitResult {
  readonly type: WireType;
  readonly data: WireData;
}

export const loadKernelSource = (data: LoadTask): KernelSource => ({
  name: 'createLoadKernel',
  isAlone: true,
  data,
});

export async function createLoadKernel({ plan, schema: wire }: LoadTask): Promise<Kernel> {
  const schema = reviveSchema(wire);
  return collecting((index): LoadedColumn => {
    const data = loadColumn(plan, index, schema);
    return { index, type: describeType(data.type), data: describeData(data) };
  });
}
