export { type CaptureOptions, capture } from './capture.js';
export { moduleFunction } from './module-function.js';
export { parseFunction } from './parse.js';
export { partial } from './partial.js';
export {
  type AnyFunction,
  type Field,
  isRef,
  type Node,
  type ShippedFunction,
  type Slot,
  type ValueCodec,
} from './payload.js';
export { receive } from './receive.js';
export { Refusal } from './refusal.js';
export { ship } from './ship.js';
export type { Variable } from './walk.js';
