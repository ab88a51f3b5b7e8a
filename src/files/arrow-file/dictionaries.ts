import { type DataType, type Schema, Type, Vector } from 'apache-arrow';
import { allocateShared, concatData, describeData, reviveData, type WireData } from '../../arrow/index.js';
import { TornError } from '../../persist/index.js';
import type { OpenFile } from '../format.js';
import { BatchLoader, columnPlaces } from './batch-loader.js';
import { type Blocks, readBlock } from './blocks.js';
import { readBuffers } from './buffers.js';

/** The dictionaries of a file in shared memory, as workers get them: one thread reads them for all. */
export interface SharedDictionaries {
  /**
   * A dictionary after each message that set it or added to it; undefined for a dictionary that nobody wants.
   */
  readonly versions: readonly (DictionaryVersion | undefined)[];
}

interface DictionaryVersion {
  readonly id: number;
  readonly values: WireData;
}

/** Reads the dictionaries that columns use. */
export async function readDictionaries(
  file: OpenFile,
  { schema, dictionaries }: Blocks,
  columns: readonly string[],
): Promise<SharedDictionaries> {
  const wanted = new Set<number>();
  for (const { name, type } of schema.fields) if (columns.includes(name)) collectIds(type, wanted);
  if (wanted.size === 0) return { versions: [] };
  const current = new Map<number, Vector>();
  const versions: (DictionaryVersion | undefined)[] = [];
  for (const block of dictionaries) {
    const { framed } = await readBlock(file, block);
    const { batch, dictionary, body, hasUnionBitmaps } = framed;
    if (!batch || !dictionary) throw new TornError();
    const { id, isDelta } = dictionary;
    const type = schema.dictionaries.get(id);
    const before = current.get(id);
    // Skipped messages keep their place, so that a batch's count of dictionaries means the same.
    if (!wanted.has(id) || type === undefined) {
      versions.push(undefined);
      continue;
    }
    const [place] = columnPlaces([type], batch, hasUnionBitmaps);
    const all = Array.from({ length: place.numBuffers }, (_, k) => place.buffer + k);
    const buffers = await readBuffers(file, body, batch, all, allocateShared);
    const loader = new BatchLoader(batch, buffers, (inner) => current.get(inner), hasUnionBitmaps);
    const data = loader.load(type, place);
    const chunks = isDelta && before ? [...before.data, data] : [data];
    const joined = chunks.length === 1 ? data : concatData(type, chunks, allocateShared);
    current.set(id, new Vector([joined]));
    versions.push({ id, values: describeData(joined) });
  }
  return { versions };
}

function collectIds(type: DataType, ids: Set<number>): void {
  if (type.typeId === Type.Dictionary) {
    const { id, dictionary } = type as DataType & { id: number; dictionary: DataType };
    ids.add(id);
    collectIds(dictionary, ids);
  } else for (const field of type.children ?? []) collectIds(field.type, ids);
}

/** Returns the dictionaries by id, as they are after `numDictionaries` dictionary messages. */
export function dictionariesFor(
  schema: Schema,
  { versions }: SharedDictionaries,
  numDictionaries: number,
): (id: number) => Vector | undefined {
  const last = new Map<number, WireData>();
  for (const version of versions.slice(0, numDictionaries)) if (version) last.set(version.id, version.values);
  const made = new Map<number, Vector>();
  return (id) => {
    const values = last.get(id);
    const type = schema.dictionaries.get(id);
    if (values === undefined || type === undefined) return undefined;
    const vector = made.get(id) ?? new Vector([reviveData(type, values)]);
    made.set(id, vector);
    return vector;
  };
}
