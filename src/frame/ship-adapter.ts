import { ApplyError } from '../errors.js';
import type { FrameAdapter } from './adapter.js';
import { adapterFor, findKind } from './find-adapter.js';
import { registered } from './register-adapter.js';

/** An adapter as it is posted to another thread. */
export interface WireAdapter {
  readonly kind: string;
  readonly module?: string;
}

/** Describes an adapter for posting. */
export const describeAdapter = ({ kind, module }: FrameAdapter): WireAdapter => ({ kind, module });

/** Throws `ERR_UNSHIPPABLE` unless workers can make frames of this kind. */
export function checkShippable(kind: string): void {
  const adapter = registered().find((candidate) => candidate.kind === kind);
  if (adapter === undefined || adapter.module !== undefined) return;
  throw new ApplyError(
    'ERR_UNSHIPPABLE',
    `workers cannot make frames of kind '${kind}': its adapter names no module. ` +
      'Register it in a module of its own with module: import.meta.url; ' +
      "or let the function take another form (input: 'columns'), or stay in this thread (nJobs: 1)",
  );
}

/** Registers an adapter in this thread, by importing its module. */
export async function registerShipped({ kind, module }: WireAdapter): Promise<void> {
  if (module !== undefined && findKind(kind) === undefined) await importAdapter(kind, module);
}

/** Registers an adapter in this thread, loads its library, and returns it. */
export async function loadAdapter(wire: WireAdapter): Promise<FrameAdapter> {
  await registerShipped(wire);
  const adapter = adapterFor(wire.kind);
  await adapter.load?.();
  return adapter;
}

async function importAdapter(kind: string, module: string): Promise<void> {
  let problem = `does not register frames of kind '${kind}' when it is imported`;
  let cause: unknown;
  try {
    await import(module);
    if (findKind(kind) !== undefined) return;
  } catch (error) {
    cause = error;
    problem = `could not be imported in a worker: ${String(error)}`;
  }
  throw new ApplyError('ERR_UNSHIPPABLE', `the module of the adapter '${kind}', ${module}, ${problem}`, {
    cause,
  });
}
