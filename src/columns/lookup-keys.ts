import { columnData, invalid } from './column.js';
import { type KeyKind, keyKind } from './key-values.js';
import type { LookupTable } from './lookup-table.js';

/** A key of a group. */
export interface KeyColumn {
  readonly name: string;
  readonly column: unknown;
}

/** Returns for each row of a group the row of the table with the same keys, or -1. */
export function rowsByKeys(
  table: LookupTable,
  names: readonly string[],
  keys: readonly KeyColumn[],
): Int32Array {
  const inGroup = keys.map(({ column }) => columnData('lookup', column));
  keys.forEach(({ name }, k) => {
    checkKinds(name, inGroup[k].type, names[k], table.data(names[k]).type);
  });
  return table.index(names).rowsOf(inGroup);
}

type KeyType = Parameters<typeof keyKind>[0];

function checkKinds(name: string, type: KeyType, tableName: string, tableType: KeyType): void {
  const kinds = [keyKind(type), keyKind(tableType)] as const;
  const isEqual = kinds[0] === kinds[1] || kinds.includes('null' satisfies KeyKind);
  if (isEqual && !kinds.includes(undefined)) return;
  throw invalid(
    kinds.includes(undefined)
      ? `lookup: keys are texts, numbers, booleans, dates or times; '${name}' has type ${type} in the group, and ` +
          `'${tableName}' has type ${tableType} in the table`
      : `lookup: '${name}' has type ${type} in the group, but '${tableName}' has type ${tableType} in the table; ` +
          'such keys are never equal',
  );
}
