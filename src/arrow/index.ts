export { type ArrowClasses, arrowClassesOf, notebookArrowClasses, ownArrowClasses } from './arrow-classes.js';
export { type Batch, describeDuplicates, duplicateName, sliceBatch, tableOf } from './batch.js';
export { bitmapBytes, copyBits, fillBits, getBit } from './bits.js';
export { byteSizeOf } from './byte-size.js';
export { cellTexts, isNumeric } from './cell-texts.js';
export { ColumnTooLarge, namingColumn } from './column-too-large.js';
export { completeData, isComplete } from './complete-data.js';
export { concatData, ensureShared, unifyDictionaries } from './concat.js';
export { rowsIn } from './concat-buffers.js';
export { constantWidth, noteConstantWidth, sliceOfWidth } from './constant-width.js';
export { convertOffsets } from './convert-offsets.js';
export { batchOfColumns, chunksOf, copyTableToShared } from './copy-to-shared.js';
export { tableToWrite } from './counted-nulls.js';
export { cutData } from './cut-data.js';
export { decimalNumber, readDecimalWords, writeDecimalWords } from './decimal-words.js';
export { dictionaryValues } from './dictionary-values.js';
export { downcastData } from './downcast.js';
export { elementsOf } from './elements-of.js';
export { encodeDictionary, indexTypeFor } from './encode-dictionary.js';
export { toIpcStream } from './ipc.js';
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
export { keepCompiled } from './keep-compiled.js';
export {
  asBytes,
  checkOffset,
  dataOf,
  hasLargeOffsets,
  hasOffsets,
  layoutOf,
  offsetWords,
  rowBytes,
  typedValues,
} from './layout.js';
export { mapKeyTexts } from './map-keys.js';
export {
  type Allocate,
  allocateShared,
  createArena,
  isShared,
  isSharedData,
  keepHeap,
  reportToGc,
} from './memory.js';
export { writeNaNUnderNulls } from './nan-under-nulls.js';
export { type Narrow, narrowWords } from './narrow-words.js';
export { nullData } from './null-data.js';
export { type NumericType, numericTypes, numericView } from './numeric-types.js';
export { convertTable, ownChunks, ownTable } from './own-table.js';
export { type PackedBatch, packBatch, unpackBatch } from './packed-batch.js';
export { bitmapsAreUnchanged, needsPrivateCopy, privateCopy, withPrivateBitmaps } from './private-bitmaps.js';
export { fillNulls, lookUpIndices, readAny, readDates, readNumbers } from './read-flat.js';
export { withReadOnlyDictionaries } from './read-only-dictionaries.js';
export { valuesOfColumn } from './read-values.js';
export { type EncodeText, reduceColumn } from './reduce-column.js';
export { repeatRows } from './repeat-rows.js';
export { retype, withFields } from './retype.js';
export { columnsFromObjects, objectsFromColumns } from './row-objects.js';
export { sameType } from './same-type.js';
export { deriveSchema, withType } from './schema-metadata.js';
export { CACHE_SLOTS, MAX_SHORT_BYTES, ShortBytesCache } from './short-bytes-cache.js';
export { sideBySide } from './side-by-side.js';
export { reportSpentArrays } from './spent-arrays.js';
export { staysInPlace } from './stays-in-place.js';
export { tableMaker } from './table-maker.js';
export { takeData } from './take-data.js';
export type { AnyTable, ColumnVector, NumericArray } from './types.js';
export { ValidityBuilder } from './validity-builder.js';
export { valueKey } from './value-key.js';
export { type ValueReader, valueReader } from './value-reader.js';
export { vectorElements } from './vector-elements.js';
export {
  describeBatch,
  describeData,
  reviveBatch,
  reviveData,
  type WireBatch,
  type WireData,
} from './wire-data.js';
export {
  describeField,
  describeSchema,
  describeType,
  reviveField,
  reviveSchema,
  reviveType,
  type WireField,
  type WireSchema,
  type WireType,
} from './wire-types.js';
