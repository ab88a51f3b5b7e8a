export type { FrameAdapter } from './adapter.js';
export {
  adapterFor,
  adapterOf,
  checkShippable,
  describeAdapter,
  frameKinds,
  knowAdapter,
  libraryAdapterOf,
  loadAdapter,
  requireAdapter,
  type WireAdapter,
} from './adapters.js';
export { type Batch, sliceBatch, tableOf } from './batch.js';
export { bitmapBytes, copyBits, fillBits, getBit } from './bits.js';
export { batchOfColumns, chunksOf, clusterTable } from './cluster.js';
export { concatData, retype } from './concat.js';
export { constantWidth } from './constant-width.js';
export { isColumnar } from './danfo-columnar.js';
export { isDanfoGroupby, tableFromDanfoGroupby } from './danfo-groupby.js';
export { rowLabels, setRowLabels } from './danfo-labels.js';
export { forgetFrameClass, usersFrameClass } from './danfo-load.js';
export { isNaNAlone } from './danfo-nothing.js';
export { applySettings, type FrameSettings, frameSettings } from './danfo-settings.js';
export { replaceNativeTensorflow } from './danfo-tensorflow.js';
export { sharedVector, unifyDictionaries } from './dictionary.js';
export { fitData } from './fit.js';
export { fitDecimals } from './fit-decimals.js';
export { copyGroup, type GivenGroup, type GroupReader, groupReader } from './group.js';
export { identityOf } from './identity.js';
export { inferColumn, isPlainObject, JS_KIND } from './infer.js';
export { tagOf } from './js-kind.js';
export { keepOne } from './keep-one.js';
export {
  bytesOf,
  checkOffset,
  dataOf,
  hasLargeOffsets,
  hasOffsets,
  layoutOf,
  offsetWords,
  rowBytes,
  valuesOf,
} from './layout.js';
export { isPeerLoaded } from './load-peer.js';
export { hasArray, hasMethod, isObject, member } from './member.js';
export {
  type Allocate,
  allocateShared,
  countShared,
  createArena,
  isShared,
  isSharedData,
} from './memory.js';
export { numericTypes } from './numeric-types.js';
export { isPolarsSeries } from './polars.js';
export { preview } from './preview.js';
export { dataBytes, reduceColumn } from './reduce.js';
export { registerAdapter, registered } from './register.js';
export { type FrameResult, type ResultColumn, readResult } from './result.js';
export { sameType } from './same-type.js';
export { LONGEST_SHORT, MEMO_SLOTS, ShortMemo } from './short-memo.js';
export { describeTensor, isTensor, reviveTensor, type WireTensor } from './tensor.js';
export * from './types.js';
export * from './wire.js';
