import type { Table } from 'apache-arrow';
import { ApplyError, type ErrorCode } from '../../errors.js';
import type { DanfoGroupby } from '../types.js';
import { columnsOfRows, tableFromColumns } from './columns.js';
import { useBaseFrame } from './frame-class.js';
import type { GroupbyFields } from './private-fields.js';
import { rememberedRowLabels } from './row-labels.js';

/** Recognises what `df.groupby([...])` of danfojs returns, by its shape. */
export function isDanfoGroupby(value: unknown): value is DanfoGroupby {
  if (typeof value !== 'object' || value === null) return false;
  const groupby = value as { [name: string]: unknown };
  return (
    Array.isArray(groupby.columnName) &&
    Array.isArray(groupby.colDtype) &&
    Array.isArray(groupby.colIndex) &&
    (Array.isArray(groupby.keyCol) || typeof groupby.keyCol === 'string') &&
    // Reading `colDict` would make the groups of a lazy Groupby.
    'colDict' in groupby
  );
}

/**
 * Returns the frame that was grouped, its row labels where they are known, and the names of its key columns.
 * The groups that danfojs made are not used.
 */
export function tableFromDanfoGroupby(
  grouped: DanfoGroupby,
  code: ErrorCode = 'ERR_NOT_A_FRAME',
): { table: Table; by: string[]; labels?: readonly unknown[] } {
  const { data, columnName, colDtype, keyCol } = grouped as unknown as GroupbyFields;
  const by = Array.from(keyCol, String);
  checkKeys(by, columnName.map(String));
  if (!Array.isArray(data)) {
    throw new ApplyError(
      code,
      'a danfojs Groupby after .col([...]) no longer has its rows: ' +
        'pass df.groupby([...]) itself, and choose columns inside the function',
    );
  }
  useBaseFrame(dataFrameOf(grouped));
  const table = tableFromColumns(columnsOfRows(data, columnName, colDtype), code);
  return { table, by, labels: rememberedRowLabels(grouped) };
}

const quoted = (names: readonly string[]): string => names.map((name) => JSON.stringify(name)).join(', ');

/**
 * Throws for unknown key columns: danfojs accepts them, and some versions take a bare string for a list of
 * its letters.
 */
function checkKeys(by: readonly string[], columns: readonly string[]): void {
  const unknown = by.filter((name) => !columns.includes(name));
  if (unknown.length === 0) return;
  const word = by.join('');
  if (by.length > 1 && by.every((name) => name.length === 1) && columns.includes(word)) {
    const name = word.replaceAll("'", "\\'");
    throw new ApplyError(
      'ERR_UNKNOWN_COLUMN',
      `danfojs read groupby('${name}') as ${by.length} columns of one letter each: ` +
        `write df.groupby(['${name}'])`,
    );
  }
  throw new ApplyError(
    'ERR_UNKNOWN_COLUMN',
    `df.groupby was given ${quoted(unknown)}, which the DataFrame does not have; ` +
      `its columns are ${quoted(columns)}`,
  );
}

/**
 * Returns the base class of DataFrames in the copy of danfojs that made the Groupby. A Groupby has no
 * reference to the class, so it is made to build a frame.
 */
function dataFrameOf(grouped: DanfoGroupby): unknown {
  try {
    const { toDataFrame } = grouped as unknown as { toDataFrame(colDict: object): object };
    const self = { keyCol: [], keyToValue: { g: [] }, colKeyDict: Object.keys };
    return Object.getPrototypeOf(toDataFrame.call(self, { g: { x: [0] } })).constructor;
  } catch {
    return undefined;
  }
}
