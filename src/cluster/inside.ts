/*
 * The parts of this folder that calls on a cluster need. Their types reach those of optional packages, which
 * types of this package's own that users see must not.
 */
export type { Artifact } from './artifacts.js';
export type { RunProgress } from './progress.js';
export {
  ascending,
  column,
  descending,
  type Expression,
  expression,
  filter,
  mapInArrow,
  project,
  quoted,
  type Relation,
  repartition,
  type SparkType,
  sortWithin,
  union,
} from './relations.js';
export type { Session } from './session.js';
export { type SparkTypes, sparkTypeOfRows } from './spark-type.js';
export { isTaken, takenError, writeRelation } from './write.js';
export { writtenSchema, writtenTable } from './written-schema.js';
