export { moduleFunction } from './module-function.js';
export { partial } from './partial.js';
export type { AnyFunction, ShippedFunction, ShippedValue, ValueCodec } from './payload.js';
export { receive, receiveValue } from './receive.js';
export { ship, shipValue } from './ship.js';
