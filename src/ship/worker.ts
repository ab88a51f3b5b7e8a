/*
 * The receiving half, which is all that workers for groups need. The sending half loads a parser,
 * without which a thread starts sooner.
 */
export { importsNothing, usesNoLibrary } from './imports-nothing.js';
export { knowOwnFunctions, provideOwnFunctions } from './own-functions.js';
export type { ShippedFunction, ShippedValue, ValueCodec } from './payload.js';
export { receive, receiveValue, receiveWithCompanion } from './receive.js';
export { Uncopyable } from './refusal.js';
