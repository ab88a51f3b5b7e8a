import { ApplyError } from '../errors.js';
import type { FrameAdapter } from './adapter.js';
import { arrowAdapter } from './arrow.js';
import { columnsAdapter } from './columns-adapter.js';
import { danfoAdapter } from './danfo.js';
import { preview } from './preview.js';
import { recordsAdapter } from './records.js';

// Arrow first: the cheapest to recognise.
const adapters: readonly FrameAdapter[] = [
  arrowAdapter,
  danfoAdapter,
  recordsAdapter,
  columnsAdapter,
] as FrameAdapter[];

/** The adapter for a value, if it is a frame of a kind that is known here. */
export function adapterOf(value: unknown): FrameAdapter | undefined {
  return adapters.find((adapter) => adapter.matches(value));
}

export function adapterFor(kind: string): FrameAdapter {
  const adapter = adapters.find((candidate) => candidate.kind === kind);
  if (adapter === undefined) {
    throw new ApplyError('ERR_INVALID_OPTION', `no frames of kind '${kind}' are known`);
  }
  return adapter;
}

/** Like {@link adapterOf}, for values that must be frames. */
export function requireAdapter(value: unknown): FrameAdapter {
  const adapter = adapterOf(value);
  if (adapter === undefined) {
    throw new ApplyError(
      'ERR_NOT_A_FRAME',
      `expected an Arrow table, a danfojs DataFrame, an array of row objects or an object of columns, got ${preview(value)}`,
    );
  }
  return adapter;
}
