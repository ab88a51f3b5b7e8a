export { type ArrowClasses, arrowOf, arrowOfNotebook, ownArrow } from './arrow-classes.js';
export { type Batch, describeTwins, namesake, sliceBatch, tableOf } from './batch.js';
export { bitmapBytes, copyBits, fillBits, getBit } from './bits.js';
export { concatData, retype } from './concat.js';
export { constantWidth } from './constant-width.js';
export { batchOfColumns, chunksOf, clusterTable } from './copy-to-shared.js';
export { sharedVector, unifyDictionaries } from './dictionary.js';
export { encodeDictionary } from './encode-dictionary.js';
export { guardDictionaries } from './guard-dictionary.js';
export { identityOf } from './identity.js';
export { streamOf } from './ipc.js';
export {
  isArrowRow,
  isArrowVector,
  isBytes,
  isDate,
  isPlainObject,
  JS_KIND,
  kindOf,
  kindsAllowed,
  nameOfKind,
  tagOf,
} from './js-kind.js';
export { keepOne } from './keep-one.js';
export {
  asBytes,
  checkOffset,
  dataOf,
  hasLargeOffsets,
  hasOffsets,
  layoutOf,
  offsetWords,
  rowBytes,
  valuesOf,
} from './layout.js';
export { type Allocate, allocateShared, countShared, createArena, isShared, isSharedData } from './memory.js';
export { type NumericType, numericTypes, numericView } from './numeric-types.js';
export { bitsAreUnchanged, needsCopy, ownCopy, withOwnBits } from './own-bits.js';
export {
  clearNulls,
  dictionaryValues,
  readAny,
  readCodes,
  readDates,
  readNumbers,
  valuesOfColumn,
} from './read-values.js';
export { dataBytes, reduceColumn } from './reduce.js';
export { membersOf, rowsOf } from './rows.js';
export { sameType } from './same-type.js';
export { LONGEST_SHORT, MEMO_SLOTS, ShortMemo } from './short-memo.js';
export type { AnyTable, ColumnVector, NumericArray } from './types.js';
export { Validity } from './validity.js';
export { type ValueReader, valueReader } from './value-reader.js';
export {
  describeBatch,
  describeData,
  describeField,
  describeSchema,
  describeType,
  ownChunks,
  reviveBatch,
  reviveData,
  reviveField,
  reviveSchema,
  reviveType,
  type WireBatch,
  type WireData,
  type WireField,
  type WireSchema,
  type WireType,
} from './wire.js';
