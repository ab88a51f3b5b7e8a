import type { GroupbyFields, Rows } from './private-fields.js';

/*
 * danfojs copies every cell into the groups of a Groupby, and applyParallel does not use them. Here they are
 * made when a method of danfojs first uses them, from the rows as they were when the frame was grouped.
 */

/** The rows of a frame at the time of grouping, and the number of Groupbys without groups of them so far. */
interface Snapshot {
  rows: Rows;
  waiting: number;
}

/**
 * Snapshots by the rows of their frame, until those change. Weak, because most Groupbys are dropped without
 * making groups.
 */
const snapshots = new WeakMap<Rows, WeakRef<Snapshot>>();

/** Replaces the fields with the groups by properties that make the groups when one of them is first read. */
export function withLazyGroups(grouped: GroupbyFields, rows: Rows): GroupbyFields {
  const snapshot = snapshots.get(rows)?.deref() ?? { rows, waiting: 0 };
  if (snapshot.waiting++ === 0) snapshots.set(rows, new WeakRef(snapshot));
  const lazy = (name: 'colDict' | 'keyToValue'): PropertyDescriptor => ({
    configurable: true,
    enumerable: true,
    get() {
      restoreFields();
      const { data } = grouped;
      grouped.data = snapshot.rows;
      grouped.group();
      grouped.data = data;
      return grouped[name];
    },
    set(value) {
      restoreFields();
      grouped[name] = value;
    },
  });
  const restoreFields = () => {
    snapshot.waiting--;
    for (const name of ['colDict', 'keyToValue']) {
      Object.defineProperty(grouped, name, {
        configurable: true,
        enumerable: true,
        writable: true,
        value: {},
      });
    }
  };
  return Object.defineProperties(grouped, { colDict: lazy('colDict'), keyToValue: lazy('keyToValue') });
}

/** Copies rows that are about to be changed in place, if a Groupby may still make its groups from them. */
export function copyRowsForGroupbys(rows: Rows): void {
  const snapshot = snapshots.get(rows)?.deref();
  snapshots.delete(rows);
  if (snapshot !== undefined && snapshot.waiting > 0) snapshot.rows = rows.map((row) => row.slice());
}
