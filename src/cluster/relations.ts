import type { MessageInitShape } from '@bufbuild/protobuf';
import type {
  CommandSchema,
  DataTypeSchema,
  Expression_SortOrderSchema,
  ExpressionSchema,
  PythonUDFSchema,
  RelationSchema,
} from './proto/index.js';

/** A table on the cluster, as a tree of what Spark is to do. */
export type Relation = MessageInitShape<typeof RelationSchema>;
export type Expression = MessageInitShape<typeof ExpressionSchema>;
type SortOrder = MessageInitShape<typeof Expression_SortOrderSchema>;
export type Command = MessageInitShape<typeof CommandSchema>;
export type SparkType = MessageInitShape<typeof DataTypeSchema>;
type PythonUdf = MessageInitShape<typeof PythonUDFSchema>;

type Kind = Extract<NonNullable<Relation['relType']>, { case: string }>;
type ValueOf<Case extends Kind['case']> = Extract<Kind, { case: Case }>['value'];

let plans = 0n;

/* Numbers of Spark's enums; those of the messages would load the module of all messages. */

/** The type of Python functions that map iterators of Arrow batches. */
const SQL_MAP_ARROW_ITER_UDF = 207;
const ASCENDING = 1;
const DESCENDING = 2;
const NULLS_LAST = 2;
const UNION = 2;

/** Makes a relation of one kind, with an id by which the server keeps what it found out about it. */
export function relation<Case extends Kind['case']>(kind: Case, value: ValueOf<Case>): Relation {
  return { common: { planId: plans++ }, relType: { case: kind, value } as Kind };
}

/** Reads files that the executors can reach. */
export const read = (
  paths: readonly string[],
  { format, options = {} }: { format?: string; options?: { readonly [name: string]: string } } = {},
): Relation =>
  relation('read', {
    readType: { case: 'dataSource', value: { format, paths: [...paths], options } },
  });

export const table = (name: string): Relation =>
  relation('read', { readType: { case: 'namedTable', value: { unparsedIdentifier: name } } });

export const sql = (query: string): Relation => relation('sql', { query });

/** Keeps the rows for which an expression of SQL is true. */
export const filter = (input: Relation, condition: string): Relation =>
  relation('filter', { input, condition: expression(condition) });

/** Keeps columns, in this order. */
export const project = (input: Relation, columns: readonly string[]): Relation =>
  relation('project', { input, expressions: columns.map(column) });

/** Puts the rows of two relations with the same columns together. */
export const union = (leftInput: Relation, rightInput: Relation): Relation =>
  relation('setOp', { leftInput, rightInput, setOpType: UNION, isAll: true, byName: false });

/** Brings the rows of equal keys into one partition; without a number, Spark chooses how many there are. */
export const repartition = (input: Relation, keys: readonly Expression[], partitions?: number): Relation =>
  relation('repartitionByExpression', { input, partitionExprs: [...keys], numPartitions: partitions });

/** Sorts the rows of each partition. */
export const sortWithin = (input: Relation, order: readonly SortOrder[]): Relation =>
  relation('sort', { input, order: [...order], isGlobal: false });

/** Runs a Python function on the Arrow batches of each partition, as mapInArrow does. */
export const mapInArrow = (
  input: Relation,
  columns: readonly string[],
  { name, ...udf }: { readonly name: string } & Omit<Exclude<PythonUdf, { $typeName: string }>, 'evalType'>,
): Relation =>
  relation('mapPartitions', {
    input,
    func: {
      functionName: name,
      deterministic: true,
      arguments: columns.map(column),
      function: { case: 'pythonUdf', value: { ...udf, evalType: SQL_MAP_ARROW_ITER_UDF } },
    },
  });

/** A column by its name, whatever characters that has. */
export const column = (name: string): Expression => ({
  exprType: { case: 'unresolvedAttribute', value: { unparsedIdentifier: quoted(name) } },
});

/** An expression of SQL. */
export const expression = (text: string): Expression => ({
  exprType: { case: 'expressionString', value: { expression: text } },
});

export const ascending = (child: Expression): SortOrder => ({
  child,
  direction: ASCENDING,
  nullOrdering: NULLS_LAST,
});

export const descending = (child: Expression): SortOrder => ({
  child,
  direction: DESCENDING,
  nullOrdering: NULLS_LAST,
});

/** Quotes a name for SQL. */
export const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``;
