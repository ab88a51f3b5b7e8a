import { encode } from '../../wire/index.js';
import type { Child } from './child.js';
import type { ApartKernelSource } from './messages.js';

let lives = 0;
const lifeIds = new WeakMap<Int32Array, number>();

/** A kernel as bytes, which are written once for all children. */
export class KernelBytes {
  readonly #parts: readonly Uint8Array[];
  readonly #lives: readonly (readonly [id: number, words: Int32Array])[];

  /** @throws what the encoder throws for a value that cannot leave this process */
  constructor({ name, isAlone, data, lives: words }: ApartKernelSource, weights: Int32Array) {
    this.#lives = words.map((each) => [idOf(each), each]);
    this.#parts = encode({
      type: 'kernel',
      source: { name, isAlone, data },
      weights,
      lives: words,
      lifeIds: this.#lives.map(([id]) => id),
    });
  }

  sendTo(child: Child): void {
    const ended = [...child.lives].filter(([, words]) => Atomics.load(words, 0) === 0).map(([id]) => id);
    for (const id of ended) child.lives.delete(id);
    if (ended.length > 0) child.send({ type: 'forget', lifeIds: ended });
    child.sendParts(this.#parts);
    for (const [id, words] of this.#lives) child.lives.set(id, words);
  }
}

function idOf(words: Int32Array): number {
  const id = lifeIds.get(words) ?? ++lives;
  lifeIds.set(words, id);
  return id;
}
