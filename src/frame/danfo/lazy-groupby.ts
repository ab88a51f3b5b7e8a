/*
 * danfojs copies every cell into its groups, which applyParallel has no use for. They are made when one of danfojs' own methods asks, and of
 * the rows as they were when they were grouped, as danfojs makes them.
 */

export type Rows = readonly (readonly unknown[])[];

/** A Groupby before its groups are made. */
export interface GroupbyInside {
  data: Rows;
  colDict: object;
  keyToValue: object;
  group(): unknown;
}

/** The rows of a frame as Groupbys that wait for their groups want them. */
interface Waited {
  rows: Rows;
  waiting: number;
}

/** By the rows of a frame that have not changed since. Weak, as most Groupbys are forgotten without a question. */
const waited = new WeakMap<Rows, WeakRef<Waited>>();

export function withLazyGroups(grouped: GroupbyInside, rows: Rows): GroupbyInside {
  const wanted = waited.get(rows)?.deref() ?? { rows, waiting: 0 };
  if (wanted.waiting++ === 0) waited.set(rows, new WeakRef(wanted));
  const late = (name: 'colDict' | 'keyToValue'): PropertyDescriptor => ({
    configurable: true,
    enumerable: true,
    get() {
      settle();
      const { data } = grouped;
      grouped.data = wanted.rows;
      grouped.group();
      grouped.data = data;
      return grouped[name];
    },
    set(value) {
      settle();
      grouped[name] = value;
    },
  });
  const settle = () => {
    wanted.waiting--;
    for (const name of ['colDict', 'keyToValue']) {
      Object.defineProperty(grouped, name, {
        configurable: true,
        enumerable: true,
        writable: true,
        value: {},
      });
    }
  };
  return Object.defineProperties(grouped, { colDict: late('colDict'), keyToValue: late('keyToValue') });
}

/** To be called before rows are changed in place. A copy of all, made only where a Groupby may still ask. */
export function copyRowsForGroupbys(rows: Rows): void {
  const wanted = waited.get(rows)?.deref();
  waited.delete(rows);
  if (wanted !== undefined && wanted.waiting > 0) wanted.rows = rows.map((row) => row.slice());
}
