import { ApplyError } from '../errors.js';
import { preview } from '../util/index.js';
import type { FrameAdapter } from './adapter.js';
import { arqueroAdapter } from './arquero-adapter.js';
import { arrowAdapter } from './arrow-adapter.js';
import { columnsAdapter } from './columns-adapter.js';
import { danfoAdapter } from './danfo/index.js';
import { flechetteAdapter } from './flechette-adapter.js';
import { polarsAdapter } from './polars-adapter.js';
import { recordsAdapter } from './records-adapter.js';
import { builtInKinds, registered } from './register-adapter.js';

// Polars first: its proxies throw when they are asked for what they do not have.
const ofLibraries = [
  polarsAdapter,
  arrowAdapter,
  danfoAdapter,
  arqueroAdapter,
  flechetteAdapter,
] as readonly FrameAdapter[];
// Columns last: any plain object of arrays is some.
const builtIn = [...ofLibraries, recordsAdapter, columnsAdapter] as readonly FrameAdapter[];

/** The adapter for a value, if it is a frame of a kind that is known here. Users' own come first: theirs may be a special kind of another. */
export function adapterOf(value: unknown): FrameAdapter | undefined {
  const isIts = (adapter: FrameAdapter) => isOf(adapter, value);
  return registered().find(isIts) ?? builtIn.find(isIts);
}

/** The same, but for rows and columns in plain arrays and objects, which are plain data. Runs no getter of the value. */
export function libraryAdapterOf(value: unknown): FrameAdapter | undefined {
  const isIts = (adapter: FrameAdapter) => isOf(adapter, value);
  return registered().find(isIts) ?? ofLibraries.find(isIts);
}

/** What cannot even be looked at, by a user's adapter or through a Proxy of the user's, is no frame. */
function isOf(adapter: FrameAdapter, value: unknown): boolean {
  try {
    return adapter.matches(value);
  } catch {
    return false;
  }
}

/** The adapter for a plain object that is a frame all the same, and no object of columns: polars' are proxies without a class. */
export function adapterOfObject(value: object): FrameAdapter | undefined {
  for (const adapter of registered()) if (isOf(adapter, value)) return adapter;
  return isOf(polarsAdapter as FrameAdapter, value) ? (polarsAdapter as FrameAdapter) : undefined;
}

const findKind = (kind: string): FrameAdapter | undefined =>
  [...registered(), ...builtIn].find((candidate) => candidate.kind === kind);

/** The kinds there are, in words for messages. */
export const frameKinds = (): string[] => [...builtInKinds, ...registered().map(({ kind }) => kind)];

export function adapterFor(kind: string): FrameAdapter {
  const adapter = findKind(kind);
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
      `expected an Arrow table, a danfojs or polars DataFrame, an arquero or flechette table, an array of row objects or an object ` +
        `of columns, got ${preview(value)}`,
    );
  }
  return adapter;
}

/** A kind of frame as another thread hears of it. */
export interface WireAdapter {
  readonly kind: string;
  readonly module?: string;
}

export const describeAdapter = ({ kind, module }: FrameAdapter): WireAdapter => ({ kind, module });

/** Throws unless frames of this kind can be made in a worker. */
export function checkShippable(kind: string): void {
  const adapter = registered().find((candidate) => candidate.kind === kind);
  if (adapter === undefined || adapter.module !== undefined) return;
  throw new ApplyError(
    'ERR_UNSHIPPABLE',
    `workers cannot make frames of kind '${kind}': its adapter names no module. Register it in a module of its own with ` +
      "module: import.meta.url; or let the function take another form (input: 'columns'), or stay in this thread (nJobs: 1)",
  );
}

/** Makes an adapter known to this thread. */
export async function knowAdapter({ kind, module }: WireAdapter): Promise<void> {
  if (module !== undefined && findKind(kind) === undefined) await importAdapter(kind, module);
}

/** The adapter, known to this thread and ready to make frames. */
export async function loadAdapter(wire: WireAdapter): Promise<FrameAdapter> {
  await knowAdapter(wire);
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
