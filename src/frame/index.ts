export type { FrameAdapter } from './adapter.js';
export type {
  CellOf,
  ColumnName,
  ColumnsOf,
  IsColumns,
  IsFrame,
  IsUnknown,
  RowsOf,
  RowWith,
  TableShape,
} from './column-types.js';
export { columnOf, isShownInPlace, lazyColumn, sliceColumn, viewedData } from './columns-reader.js';
export {
  applySettings,
  copyRowLabels,
  copyRowsForGroupbys,
  danfoPatchModule,
  describeTensor,
  type FrameSettings,
  forgetFrameClass,
  frameSettings,
  type GroupbyFields,
  isAllNaN,
  isDanfoGroupby,
  isLazyFrame,
  isTensor,
  patchDanfo,
  type Rows,
  rememberDanfoPatch,
  rememberRowLabels,
  replaceNativeTensorflow,
  reviveTensor,
  rowLabels,
  setRowLabels,
  showDataFrames,
  tableFromDanfoGroupby,
  usersFrameClass,
  type WireTensor,
  withLazyGroups,
} from './danfo/index.js';
export { adapterFor, adapterOf, frameKinds, libraryAdapterOf, requireAdapter } from './find-adapter.js';
export { fitData } from './fit/index.js';
export type { FrameOf, ResultFrame, ResultOf } from './form-types.js';
export type { FrameResult, ResultColumn } from './frame-result.js';
export { copyGroup, groupReader } from './group-reader.js';
export type { GroupView } from './group-view.js';
export { inferColumn } from './infer/index.js';
export { viewJoiner } from './joined-view.js';
export { loadPeer } from './load-peer.js';
export { isPolarsSeries } from './polars-adapter.js';
export { type ColumnLike as ColumnShape, chunksOfColumn, isColumnLike } from './read-columns.js';
export { readResult } from './read-result.js';
export { registerAdapter, registered } from './register-adapter.js';
export { shareBatch, shareTable } from './share-table.js';
export {
  checkShippable,
  describeAdapter,
  loadAdapter,
  registerShipped,
  type WireAdapter,
} from './ship-adapter.js';
export type {
  ArqueroTable,
  Column,
  ColumnLike,
  ColumnOf,
  Columns,
  ColumnsLike,
  DanfoFrame,
  DanfoGroupby,
  FlechetteTable,
  FrameKind,
  FrameKinds,
  FrameLike,
  PolarsFrame,
  Row,
} from './types.js';
