import {
  type DataType,
  Dictionary,
  Field,
  FixedSizeList,
  LargeList,
  List,
  Map_,
  Null,
  RecordBatch,
  Schema,
  Struct,
  Table,
  Union,
  UnionMode,
} from 'apache-arrow';
import fc from 'fast-check';
import { field, integerTypes, mapEntries, scalarTypes } from './arrow-types.js';
import { Random, randomColumn, structData } from './random-data.js';

/*
 * Tables of every type Arrow has, in several batches, sliced, with nulls anywhere. Types, names and sizes
 * shrink; the values follow from a seed, which shrinks towards 0 without meaning anything by it.
 */

const scalarType = fc.constantFrom(...scalarTypes);
const indexType = fc.constantFrom(...integerTypes);

/** Dictionaries of scalars. An id of its own for each, as every real file has. */
export const dictionaryType = fc
  .tuple(
    scalarType.filter((type) => !(type instanceof Null)),
    indexType,
    fc.boolean(),
  )
  .map(([values, indices, ordered]) => new Dictionary(values, indices as never, null, ordered));

/** Types of keys. */
export const keyType = fc.oneof(
  { weight: 3, arbitrary: scalarType },
  { weight: 1, arbitrary: dictionaryType },
);

/** Every type, nested ones up to two deep. */
export const anyType: fc.Arbitrary<DataType> = fc.letrec<{ type: DataType }>((tie) => {
  const inner = tie('type');
  return {
    type: fc.oneof(
      { maxDepth: 2, depthSize: 'small' },
      { weight: 4, arbitrary: scalarType },
      { weight: 2, arbitrary: dictionaryType },
      inner.map((type) => new List(field('item', type))),
      inner.map((type) => new LargeList(field('item', type))),
      fc
        .tuple(fc.integer({ min: 1, max: 3 }), inner)
        .map(([n, type]) => new FixedSizeList(n, field('item', type))),
      fc
        .array(inner, { maxLength: 3 })
        .map((types) => new Struct(types.map((type, k) => field(`s${k}`, type)))),
      inner.map((type) => new Map_(mapEntries(type) as never)),
      fc
        .tuple(
          fc.constantFrom(UnionMode.Sparse, UnionMode.Dense),
          fc.array(inner, { minLength: 1, maxLength: 3 }),
        )
        .map(([mode, types]) => unionOf(mode, types)),
    ),
  };
}).type;

/** Type ids that are no positions, as the format allows. */
function unionOf(mode: UnionMode, types: readonly DataType[]): Union {
  const ids = types.map((_, k) => 5 + k * 2);
  return new Union(
    mode,
    ids,
    types.map((type, k) => field(`u${k}`, type)),
  );
}

/** The shape of a table: what shrinks. */
export interface TableShape {
  readonly types: readonly DataType[];
  /** Rows of each batch; some are empty. */
  readonly batches: readonly number[];
  readonly seed: number;
  /** Few distinct values a column, so that keys repeat. */
  readonly distinct: number;
  /** The part of the table that is taken, as shares of its rows. */
  readonly slice: readonly [number, number];
}

export interface TableOptions {
  readonly type?: fc.Arbitrary<DataType>;
  /** The type of `c0`, where it is to be another. */
  readonly first?: fc.Arbitrary<DataType>;
  readonly minColumns?: number;
  readonly maxColumns?: number;
  readonly maxBatches?: number;
  readonly maxRows?: number;
  /** Times are such that numbers can show them. */
  readonly isModest?: boolean;
}

/** Tables with columns `c0`, `c1`, … */
export function anyTable(options: TableOptions = {}): fc.Arbitrary<Table> {
  const {
    type = anyType,
    first,
    minColumns = 0,
    maxColumns = 4,
    maxBatches = 4,
    maxRows = 20,
    isModest,
  } = options;
  const share = fc.integer({ min: 0, max: 10 });
  const others = fc.array(type, { minLength: minColumns, maxLength: maxColumns });
  return fc
    .record<TableShape>({
      types: first ? fc.tuple(first, others).map(([type, rest]) => [type, ...rest]) : others,
      batches: fc.array(
        fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, { weight: 5, arbitrary: fc.nat(maxRows) }),
        {
          maxLength: maxBatches,
        },
      ),
      seed: fc.nat(),
      distinct: fc.integer({ min: 1, max: 30 }),
      slice: fc.oneof(
        { weight: 1, arbitrary: fc.constant<[number, number]>([0, 10]) },
        {
          weight: 1,
          arbitrary: fc
            .tuple(share, share)
            .map(([a, b]): [number, number] => [Math.min(a, b), Math.max(a, b)]),
        },
      ),
    })
    .map((shape) => buildTable(shape, isModest));
}

export function buildTable(
  { types, batches, seed, distinct, slice: [from, to] }: TableShape,
  isModest = false,
): Table {
  const random = new Random(seed);
  const fields = types.map(
    (type, k) => new Field(`c${k}`, type, true, k % 2 ? new Map([['unit', `m${k}`]]) : new Map()),
  );
  const schema = new Schema(fields, new Map([['made by', 'a test']]));
  const columns = types.map((type) => randomColumn(type, batches, random, distinct, isModest));
  const table = new Table(
    schema,
    batches.map((length, b) => {
      const children = columns.map((chunks) => chunks[b]);
      return new RecordBatch(schema, structData(fields, length, children));
    }),
  );
  if (batches.length === 0 || (from === 0 && to === 10)) return table;
  return table.slice(Math.floor((table.numRows * from) / 10), Math.floor((table.numRows * to) / 10));
}
