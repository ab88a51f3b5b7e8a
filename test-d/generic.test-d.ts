import {
  applyParallel,
  type Column,
  type ColumnName,
  type Columns,
  type ColumnVector,
  every,
  filterParallel,
  type GroupKey,
  groupby,
  type KeyPart,
  mapBatches,
  type Row,
  transformParallel,
} from 'apply-parallel';
import { expectTypeOf } from 'expect-type';

/* Functions of a user that take rows of any type. */

interface Visit {
  k: string;
  n: number | null;
  time: Date;
  note?: string;
}
declare function use(value: string | number | GroupKey | null): void;

export async function names<R extends Visit>(rows: R[], name: string) {
  const known: ColumnName<R[]> = 'k';
  groupby(rows, known);
  const several: (GroupKey | null)[] = groupby(rows, ['k', 'n'], { dropna: false }).keys;
  await applyParallel(groupby(rows, name), (g) => g.slice(0, 1));
  await applyParallel(groupby(rows, [name, name]), (g) => g.slice(0, 1));
  await applyParallel(groupby(rows, every('time', '1d')), (g) => g.slice(0, 1));
  // @ts-expect-error
  groupby(rows, every('tim', '1d'));
  // @ts-expect-error
  groupby(rows, 'kk');
  // @ts-expect-error
  groupby(rows, ['k', 'kk']);
  return several;
}

export async function verbs<R extends Visit>(rows: R[]) {
  const grouped = groupby(rows, 'k');
  const first = await applyParallel(grouped, (g) => g.slice(0, 1));
  use(first[0].k);
  await applyParallel(grouped, (g: R[]) => g.slice(0, 1));
  await applyParallel(grouped, (g: readonly R[], { key }) => {
    use(key);
    return g.filter((row) => row.k === key);
  });
  const counts = await applyParallel(grouped, (g) => ({ n: g.length }));
  expectTypeOf(counts).toEqualTypeOf<{ n: number }[]>();
  for await (const { key, frame } of applyParallel(grouped, (g) => g, { returnAs: 'generator' })) {
    use(key);
    use(frame[0].k);
  }
  await transformParallel(grouped, (g) => g.map((row) => ({ ...row, one: 1 })));
  await transformParallel(grouped, (g: R[]) => g);
  await mapBatches(rows, (g) => g.slice(0, 1));
  await mapBatches(rows, (g: R[]) => g.slice(0, 1));
  const few: R[] = await filterParallel(grouped, (g) => g.length > 1);
  const kept: R[] = await filterParallel(grouped, (g: R[]) => g.length > 1);
  // @ts-expect-error: no groups
  applyParallel(rows, (g) => g);
  // @ts-expect-error: a function for other groups
  applyParallel(grouped, (g: Map<string, number>) => [...g]);
  // @ts-expect-error
  applyParallel(grouped, (g) => g.map((row) => row.kk));
  return [few, kept];
}

export async function forms<R extends Visit>(rows: R[]) {
  const grouped = groupby(rows, 'k');
  await applyParallel(grouped, (g) => ({ k: g.k }), { input: 'columns' });
  await applyParallel(grouped, (g: Columns) => ({ k: g.k }), { input: 'columns' });
  await applyParallel(grouped, (g) => ({ n: g[0].k.length }), { input: 'records' });
  await applyParallel(grouped, (g) => g, { input: 'arrow' });
  const columns: Columns = await applyParallel(grouped, (g) => g, { output: 'columns' });
  return columns;
}

export async function declaredColumns<R extends Visit>(rows: R[]) {
  const grouped = groupby(rows, 'k');
  const named = (g: { k: ColumnVector<string>; n: Float64Array }) => ({ k: g.k, m: g.n.map((n) => n * 2) });
  const doubled = await applyParallel(grouped, named, { input: 'columns' });
  expectTypeOf(doubled[0].m).toEqualTypeOf<number>();
  await applyParallel(grouped, (g: { time: ColumnVector<number> }) => ({ time: g.time }), {
    input: 'columns',
  });
  await transformParallel(grouped, named, { input: 'columns' });
  // @ts-expect-error: no row has such a column
  applyParallel(grouped, (g: { kk: ColumnVector<string> }) => g, { input: 'columns' });
  // @ts-expect-error: texts are no numbers
  applyParallel(grouped, (g: { k: Float64Array }) => g, { input: 'columns' });
  // @ts-expect-error
  transformParallel(grouped, (g: { k: Float64Array }) => g, { input: 'columns' });
}

export async function anyRows<R extends Record<string, unknown>>(rows: R[], key: keyof R & string) {
  await applyParallel(groupby(rows, key), (g) => g.slice(0, 1));
  await applyParallel(groupby(rows, [key, 'k']), (g: R[]) => g.slice(0, 1));
  await applyParallel(groupby(rows, 'k'), (g) => g.slice(0, 1));
  const kept: R[] = await filterParallel(groupby(rows, key), (g) => g.length > 1);
  return kept;
}

export async function anything<T>(rows: T[], name: string) {
  const kept: T[] = await filterParallel(groupby(rows, name), (g) => g.length > 1);
  return kept;
}

export async function keysInResults<R extends Visit>(rows: R[], anyRows: Row[], name: string) {
  const counts = await applyParallel(groupby(rows, 'k'), (g) => ({ count: g.length }), { groupKeys: true });
  use(counts[0].k);
  expectTypeOf(counts[0].count).toEqualTypeOf<number>();
  // @ts-expect-error: neither a key nor in the result
  use(counts[0].time);
  const columnsOf = await applyParallel(groupby(rows, 'k'), (g) => ({ count: g.length }), {
    groupKeys: true,
    output: 'columns',
  });
  use(columnsOf.k.length);
  const ofAny = await applyParallel(groupby(anyRows, ['k', 'n']), (g) => ({ count: g.length }), {
    groupKeys: true,
  });
  expectTypeOf(ofAny[0].k).toEqualTypeOf<KeyPart>();
  expectTypeOf(ofAny[0].n).toEqualTypeOf<KeyPart>();
  const columns = await applyParallel(groupby(anyRows, 'k'), (g) => ({ count: g.length }), {
    groupKeys: true,
    output: 'columns',
  });
  expectTypeOf(columns.k).toEqualTypeOf<Column>();
  const named = await applyParallel(groupby(anyRows, name), (g) => ({ count: g.length }), {
    groupKeys: true,
  });
  // @ts-expect-error: a name that is known at run time alone
  use(named[0].k);
  const visits: Visit[] = rows;
  const apart = await applyParallel(groupby(visits, ['a', 'b']), (g) => ({ n: g.length }), {
    groupKeys: true,
  });
  // @ts-expect-error: keys that are no names
  use(apart[0].a);
}
