export { restoreState, shipState } from './hook.js';
export { moduleFunction } from './module-function.js';
export { type NothingElse, partial } from './partial.js';
export type { AnyFunction, ShippedFunction, ValueCodec } from './payload.js';
export { receive } from './receive.js';
export { ship } from './ship.js';
export { mapStack } from './trace.js';
