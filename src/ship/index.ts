export { type Captured, type CaptureOptions, capture } from './capture.js';
export type { Variable } from './graph-walk.js';
export { membersTaken } from './members-taken.js';
export { membersReadIn } from './missing-members.js';
export { moduleFunction } from './module-function.js';
export { onlyComputes } from './only-computes.js';
export { type Parameter, parametersOf } from './parameters.js';
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
export { addedProperties, recipeOf, setRecipe, type Wrapper, wrapAgain } from './recipe.js';
export { Refusal, Uncopyable } from './refusal.js';
export { membersOfRows } from './row-members.js';
export { ship, shipValue } from './ship.js';
export { restoreState, shipState } from './state-methods.js';
export { TraceMapper } from './trace-mapper.js';
