import { types } from 'node:util';
import { type Data, type Schema, Vector } from 'apache-arrow';
import {
  describeBatch,
  describeData,
  describeSchema,
  describeType,
  ownChunks,
  reviveBatch,
  reviveData,
  reviveSchema,
  reviveType,
  tableOf,
  type WireBatch,
  type WireData,
  type WireSchema,
  type WireType,
} from '../arrow/index.js';
import { adapterFor, type FrameAdapter, libraryAdapterOf, rowLabels, setRowLabels } from '../frame/index.js';
import { hasArray, hasMethod, member } from '../util/index.js';
import { compactData, compactTable } from './compact-data.js';

/** A value that has a form of its own in dumps, as plain data and typed arrays. */
export type Special =
  | {
      readonly kind: 'frame';
      readonly of: string;
      readonly batch: WireBatch;
      readonly index?: readonly unknown[];
    }
  | { readonly kind: 'vector'; readonly type: WireType; readonly data: WireData }
  | { readonly kind: 'schema'; readonly schema: WireSchema }
  | { readonly kind: 'buffer'; readonly bytes: Uint8Array }
  | { readonly kind: 'url'; readonly href: string };

/** Returns whether a value has a form of its own in dumps. */
export function isSpecial(value: object): boolean {
  if (value instanceof URL || types.isAnyArrayBuffer(value)) return true;
  return frameAdapterOf(value) !== undefined || isVector(value) || isSchema(value);
}

/**
 * Returns the adapter of a table or DataFrame. Rows and columns in plain arrays are plain data, so they have
 * none here.
 */
function frameAdapterOf(value: object): FrameAdapter | undefined {
  return Array.isArray(value) ? undefined : libraryAdapterOf(value);
}

/** An Arrow vector, of any copy of the library, or a column of this package. */
interface VectorLike {
  readonly data: Data | readonly Data[];
}

function isVector(value: object): value is VectorLike {
  if (!hasMethod(value, 'get')) return false;
  const { data, length } = value as { data?: unknown; length?: unknown };
  if (typeof length !== 'number') return false;
  const first: unknown = Array.isArray(data) ? data[0] : data;
  return typeof (first as Partial<Data> | undefined)?.type?.typeId === 'number';
}

function isSchema(value: object): value is Schema {
  return (
    hasArray(value, 'fields') &&
    member(value, 'metadata') instanceof Map &&
    member(value, 'dictionaries') instanceof Map
  );
}

/** Describes a value of which {@link isSpecial} is true. */
export function describeSpecial(value: object): Special {
  if (value instanceof URL) return { kind: 'url', href: value.href };
  if (types.isAnyArrayBuffer(value)) return { kind: 'buffer', bytes: new Uint8Array(value) };
  const adapter = frameAdapterOf(value);
  if (adapter) {
    const batch = describeBatch(compactTable(adapter.toArrow(value, 'ERR_UNSTORABLE')));
    return { kind: 'frame', of: adapter.kind, batch, index: rowLabels(value) };
  }
  if (isVector(value)) {
    const chunks = ownChunks(Array.isArray(value.data) ? value.data : [value.data as Data]);
    const data = compactData(chunks[0].type, chunks);
    return { kind: 'vector', type: describeType(data.type), data: describeData(data) };
  }
  return { kind: 'schema', schema: describeSchema(value as Schema) };
}

/** Makes the value again. {@link loadFrames} must have loaded the libraries of frames. */
export function reviveSpecial(special: Special): unknown {
  switch (special.kind) {
    case 'url':
      return new URL(special.href);
    case 'buffer':
      return special.bytes.buffer;
    case 'schema':
      return reviveSchema(special.schema);
    case 'vector':
      return new Vector([reviveData(reviveType(special.type), special.data)]);
    case 'frame': {
      const batch = reviveBatch(special.batch);
      const frame = adapterFor(special.of).fromArrow(tableOf(batch.schema, [batch]));
      setRowLabels(frame, special.index);
      return frame;
    }
  }
}

/** Loads the libraries of these kinds of frames. */
export async function loadFrames(kinds: readonly string[]): Promise<void> {
  for (const kind of kinds) await adapterFor(kind).load?.();
}
