/*
 * The way back alone, which is all that the groups' workers need: the way there comes with a parser, and a thread starts sooner without.
 */
export type { ShippedFunction, ValueCodec } from './payload.js';
export { receive, receiveWithCompanion } from './receive.js';
export { Uncopyable } from './refusal.js';
