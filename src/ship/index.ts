export { type Captured, type CaptureOptions, capture } from './capture.js';
export { restoreState, shipState } from './hook.js';
export { additionsTo, mark, markOf, type Wrapper, wrapAgain } from './marks.js';
export { moduleFunction } from './module-function.js';
export { parseFunction } from './parse.js';
export { type NothingElse, partial } from './partial.js';
export {
  type AnyFunction,
  type Field,
  isRef,
  type Node,
  type ShippedFunction,
  type ShippedValue,
  type Slot,
  type ValueCodec,
} from './payload.js';
export { receive, receiveValue } from './receive.js';
export { Refusal, Uncopyable } from './refusal.js';
export { ship, shipValue } from './ship.js';
export { Traces } from './trace.js';
export type { Variable } from './walk.js';
