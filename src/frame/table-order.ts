import type { ResultColumn } from './frame-result.js';

/**
 * Returns the columns of a result that was an object, with the columns that are named by whole numbers, such
 * as years, in the table's order: each behind the column that precedes it there. JavaScript objects have such
 * names first, in ascending order, whatever order they were written in. New columns stay as they are.
 *
 * @param positions the positions of the table's columns by their names
 */
export function inTableOrder(
  columns: readonly ResultColumn[],
  positions: ReadonlyMap<string, number>,
): readonly ResultColumn[] {
  if (columns.length === 0 || !isIndexName(columns[0].field.name)) return columns;
  const positionOf = ({ field }: ResultColumn) => positions.get(field.name) ?? -1;
  const others: ResultColumn[] = [];
  const inTable: ResultColumn[] = [];
  const moved = new Set<ResultColumn>();
  for (const column of columns) {
    const isKnown = positionOf(column) >= 0;
    if (isKnown) inTable.push(column);
    if (isKnown && isIndexName(column.field.name)) moved.add(column);
    else others.push(column);
  }
  inTable.sort((a, b) => positionOf(a) - positionOf(b));
  // The columns to insert behind each other one; those at the very beginning are inserted before the next
  // one.
  const leading: ResultColumn[] = [];
  const behind = new Map<ResultColumn, ResultColumn[]>();
  let before: ResultColumn | undefined;
  for (const column of inTable) {
    if (!moved.has(column)) {
      before = column;
      behind.set(column, []);
    } else (before ? behind.get(before) : leading)?.push(column);
  }
  const [next] = behind.keys();
  const out = next === undefined ? leading : [];
  for (const column of others) {
    if (column === next) out.push(...leading);
    out.push(column, ...(behind.get(column) ?? []));
  }
  return out;
}

/** Tells whether objects put a member of this name in front of those with other names. */
function isIndexName(name: string): boolean {
  return /^(0|[1-9]\d{0,9})$/.test(name) && Number(name) < 2 ** 32 - 1;
}
