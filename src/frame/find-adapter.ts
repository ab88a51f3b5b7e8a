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

// polars comes first: its proxies throw when the other adapters read properties that they lack.
const libraryAdapters = [
  polarsAdapter,
  arrowAdapter,
  danfoAdapter,
  arqueroAdapter,
  flechetteAdapter,
] as readonly FrameAdapter[];
// Columns come last, because they match every plain object of arrays.
const builtIn = [...libraryAdapters, recordsAdapter, columnsAdapter] as readonly FrameAdapter[];

/**
 * Returns the adapter of a value; undefined if it is no frame of a kind known to this thread. Registered
 * adapters come first, as theirs may be a special case of another kind.
 */
export function adapterOf(value: unknown): FrameAdapter | undefined {
  const matches = (adapter: FrameAdapter) => matchesSafely(adapter, value);
  return registered().find(matches) ?? builtIn.find(matches);
}

/**
 * Does the same, except for rows and columns in plain arrays and objects, which are plain data. It runs no
 * getter.
 */
export function libraryAdapterOf(value: unknown): FrameAdapter | undefined {
  const matches = (adapter: FrameAdapter) => matchesSafely(adapter, value);
  return registered().find(matches) ?? libraryAdapters.find(matches);
}

/** Counts an error as no match: a registered adapter or a Proxy may throw. */
function matchesSafely(adapter: FrameAdapter, value: unknown): boolean {
  try {
    return adapter.matches(value);
  } catch {
    return false;
  }
}

/**
 * Returns the adapter of a plain object that is a frame and no object of columns; polars' frames are proxies
 * without a class.
 */
export function adapterOfObject(value: object): FrameAdapter | undefined {
  for (const adapter of registered()) if (matchesSafely(adapter, value)) return adapter;
  return matchesSafely(polarsAdapter as FrameAdapter, value) ? (polarsAdapter as FrameAdapter) : undefined;
}

/** Returns the adapter of a kind of frame; undefined if the kind is unknown. */
export const findKind = (kind: string): FrameAdapter | undefined =>
  [...registered(), ...builtIn].find((candidate) => candidate.kind === kind);

/** Returns the names of all kinds of frames, for messages. */
export const frameKinds = (): string[] => [...builtInKinds, ...registered().map(({ kind }) => kind)];

/** Returns the adapter of a kind of frame, and throws if the kind is unknown. */
export function adapterFor(kind: string): FrameAdapter {
  const adapter = findKind(kind);
  if (adapter === undefined) {
    throw new ApplyError('ERR_INVALID_OPTION', `no frames of kind '${kind}' are known`);
  }
  return adapter;
}

/** Returns the adapter of a value, and throws `ERR_NOT_A_FRAME` if it is no frame. */
export function requireAdapter(value: unknown): FrameAdapter {
  const adapter = adapterOf(value);
  if (adapter === undefined) {
    throw new ApplyError(
      'ERR_NOT_A_FRAME',
      'expected an Arrow table, a danfojs or polars DataFrame, an arquero or flechette table, ' +
        `an array of row objects or an object of columns, got ${preview(value)}` +
        (typeof value === 'string' ? '; to open a file write await scan(path)' : ''),
    );
  }
  return adapter;
}
