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
export {
  applySettings,
  changeDanfo,
  danfoIsChanged,
  danfoModule,
  describeTensor,
  type FrameSettings,
  forgetFrameClass,
  frameSettings,
  type GroupbyInside,
  isColumnar,
  isDanfoGroupby,
  isNaNAlone,
  isTensor,
  keepRows,
  type Rows,
  replaceNativeTensorflow,
  reviveTensor,
  rowLabels,
  setRowLabels,
  tableFromDanfoGroupby,
  usersFrameClass,
  type WireTensor,
  withLateGroups,
} from './danfo/index.js';
export { fitData, fitDecimals } from './fit/index.js';
export { copyGroup, type GivenGroup, type GroupReader, groupReader } from './group.js';
export { inferColumn } from './infer/index.js';
export { isPolarsSeries } from './polars.js';
export { registerAdapter, registered } from './register.js';
export { type FrameResult, type ResultColumn, readResult } from './result.js';
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
