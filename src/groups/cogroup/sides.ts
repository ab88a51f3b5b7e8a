import { DataType } from 'apache-arrow';
import { isPlainObject } from '../../arrow/index.js';
import { ApplyError } from '../../errors.js';
import { isDanfoGroupby } from '../../frame/index.js';
import { preview } from '../../util/index.js';
import { danfoGroupBy } from '../danfo-groupby.js';
import { DatasetGroupBy, type GroupedDataset } from '../datasets/index.js';
import { GroupBy, type GroupbyParts } from '../groupby.js';
import type { KeyColumns } from '../key-columns.js';
import type { CogroupOptions } from './options.js';

/** One side of a cogroup: a grouped frame, or a grouped data set. */
export type Side =
  | { readonly kind: 'frame'; readonly parts: GroupbyParts }
  | { readonly kind: 'dataset'; readonly grouped: GroupedDataset };

/** The arguments of the verb: two or more groupbys, and options at the end. */
export interface CogroupArguments {
  readonly sides: readonly Side[];
  readonly options: CogroupOptions;
}

/** Reads the arguments of the verb. */
export function cogroupArguments(args: readonly unknown[]): CogroupArguments {
  const last = args.at(-1);
  const hasOptions = args.length > 0 && !isGroupby(last) && isPlainObject(last);
  const groupbys = hasOptions ? args.slice(0, -1) : args;
  const options = hasOptions ? (last as CogroupOptions) : {};
  if (groupbys.length < 2) {
    throw invalid(
      "expected two or more groupbys, as in cogroup(groupby(a, 'id'), groupby(b, 'id')), " +
        `got ${preview(args)}`,
    );
  }
  const sides = groupbys.map(sideOf);
  const counts = sides.map((side) => keysOf(side).columns.length);
  counts.forEach((count, k) => {
    if (count === counts[0]) return;
    throw invalid(
      `frame ${k} is grouped by ${counted(count)}, ` +
        `frame 0 by ${counted(counts[0])}; give the same number of keys, in the same order`,
    );
  });
  return { sides, options };
}

/** Returns the key columns of a side; those of a data set have no rows. */
export const keysOf = (side: Side): KeyColumns =>
  side.kind === 'frame' ? side.parts.keys : side.grouped.parts.keys;

const isGroupby = (value: unknown): boolean =>
  value instanceof GroupBy || value instanceof DatasetGroupBy || isDanfoGroupby(value);

function sideOf(value: unknown, k: number): Side {
  if (isDanfoGroupby(value)) return { kind: 'frame', parts: GroupBy.parts(danfoGroupBy(value)) };
  const side = groupbySide(value);
  if (side === undefined) {
    throw invalid(`argument ${k} must be groupby(frame, by) or df.groupby([by]), got ${preview(value)}`);
  }
  const { options } = side.kind === 'frame' ? side.parts : side.grouped.parts;
  if (!options.observed && keysOf(side).columns.some(({ type }) => DataType.isDictionary(type))) {
    throw invalid(
      `frame ${k} is grouped with observed: false, which would make groups without rows; leave it out`,
    );
  }
  return side;
}

function groupbySide(value: unknown): Side | undefined {
  if (value instanceof GroupBy) return { kind: 'frame', parts: GroupBy.parts(value) };
  if (value instanceof DatasetGroupBy) return { kind: 'dataset', grouped: DatasetGroupBy.grouped(value) };
  return undefined;
}

const counted = (keys: number): string => (keys === 1 ? '1 key' : `${keys} keys`);

const invalid = (message: string) => new ApplyError('ERR_INVALID_OPTION', `cogroup: ${message}`);
