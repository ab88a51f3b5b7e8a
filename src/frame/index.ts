export type { FrameAdapter } from './adapter.js';
export {
  applySettings,
  copyRowsForGroupbys,
  danfoPatchModule,
  describeTensor,
  type FrameSettings,
  forgetFrameClass,
  frameSettings,
  type GroupbyInside,
  isAllNaN,
  isDanfoGroupby,
  isLazyFrame,
  isTensor,
  patchDanfo,
  type Rows,
  rememberDanfoPatch,
  replaceNativeTensorflow,
  reviveTensor,
  rowLabels,
  setRowLabels,
  tableFromDanfoGroupby,
  usersFrameClass,
  type WireTensor,
  withLazyGroups,
} from './danfo/index.js';
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
} from './find-adapter.js';
export { fitData, fitDecimals } from './fit/index.js';
export { copyGroup, type GroupReader, type GroupView, groupReader } from './group-reader.js';
export { inferColumn } from './infer/index.js';
export { isPolarsSeries } from './polars-adapter.js';
export { type FrameResult, type ResultColumn, readResult } from './read-result.js';
export { registerAdapter, registered } from './register-adapter.js';
export { shareBatch, shareTable } from './share-table.js';
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
