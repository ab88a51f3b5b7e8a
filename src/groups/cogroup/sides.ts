import { DataType } from 'apache-arrow';
import { isPlainObject } from '../../arrow/index.js';
import { ApplyError } from '../../errors.js';
import { isDanfoGroupby } from '../../frame/index.js';
import { preview } from '../../util/index.js';
import { danfoGroupBy } from '../danfo-groupby.js';
import { DatasetGroupBy } from '../datasets/index.js';
import { GroupBy, type GroupbyParts } from '../groupby.js';
import { CoGroup } from './co-group.js';
import { type CogroupOptions, resolveCogroupOptions } from './options.js';

/** Makes a cogroup of the arguments of the verb: two or more groupbys, and options at the end. */
export function cogroupOf(args: readonly unknown[]): CoGroup<readonly unknown[]> {
  const last = args.at(-1);
  const hasOptions = args.length > 0 && !isGroupby(last) && isPlainObject(last);
  const groupbys = hasOptions ? args.slice(0, -1) : args;
  const options = resolveCogroupOptions(hasOptions ? (last as CogroupOptions) : {});
  if (groupbys.length < 2) {
    throw invalid(
      "expected two or more groupbys, as in cogroup(groupby(a, 'id'), groupby(b, 'id')), " +
        `got ${preview(args)}`,
    );
  }
  const sides = groupbys.map(partsOf);
  sides.forEach(({ keys }, k) => {
    const [first] = sides;
    if (keys.columns.length === first.keys.columns.length) return;
    throw invalid(
      `frame ${k} is grouped by ${counted(keys.columns.length)}, ` +
        `frame 0 by ${counted(first.keys.columns.length)}; give the same number of keys, in the same order`,
    );
  });
  return new CoGroup(sides, options);
}

const isGroupby = (value: unknown): boolean =>
  value instanceof GroupBy || value instanceof DatasetGroupBy || isDanfoGroupby(value);

function partsOf(value: unknown, k: number): GroupbyParts {
  if (isDanfoGroupby(value)) return GroupBy.parts(danfoGroupBy(value));
  if (value instanceof DatasetGroupBy) {
    throw new ApplyError(
      'ERR_UNSUPPORTED',
      `cogroup: argument ${k} is of a data set, and cogroup takes frames: ` +
        'read it, groupby(await dataset.read(), by)',
    );
  }
  if (!(value instanceof GroupBy)) {
    throw invalid(`argument ${k} must be groupby(frame, by) or df.groupby([by]), got ${preview(value)}`);
  }
  const parts = GroupBy.parts(value);
  if (!parts.options.observed && parts.keys.columns.some(({ type }) => DataType.isDictionary(type))) {
    throw invalid(
      `frame ${k} is grouped with observed: false, which would make groups without rows; leave it out`,
    );
  }
  return parts;
}

const counted = (keys: number): string => (keys === 1 ? '1 key' : `${keys} keys`);

const invalid = (message: string) => new ApplyError('ERR_INVALID_OPTION', `cogroup: ${message}`);
