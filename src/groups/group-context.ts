import type { GroupKey } from '../errors.js';
import type { GroupContext } from './options.js';
import { randomOf } from './random.js';

/**
 * The second argument of the user's function. Makes random numbers on first use: most functions want none.
 */
export class Context implements GroupContext {
  readonly key: GroupKey;
  usedIndex = false;
  usedRandom = false;
  readonly signal: AbortSignal;
  readonly #index: number;
  readonly #seed: string;
  #random: (() => number) | undefined;

  constructor(key: GroupKey, index: number, signal: AbortSignal, seed: string) {
    this.key = key;
    this.#index = index;
    this.signal = signal;
    this.#seed = seed;
  }

  get index(): number {
    this.usedIndex = true;
    return this.#index;
  }

  get random(): () => number {
    this.usedRandom = true;
    this.#random ??= randomOf(this.#seed, this.key);
    return this.#random;
  }
}
