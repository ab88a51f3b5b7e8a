/*
 * The way back alone, for threads that only receive: the way there comes with a parser, and a thread starts sooner without.
 */
export type { ShippedFunction, ShippedValue, ValueCodec } from './payload.js';
export { receive, receiveValue } from './receive.js';
export { Uncopyable } from './refusal.js';
