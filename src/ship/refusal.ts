import { ApplyError } from '../errors.js';
import type { CodePlace } from './code-place.js';
import type { Path } from './value-path.js';

/** Sentences at the end of a refusal that tell users what to do instead. */
export const remedy = {
  value:
    'Create it inside the function, pass what it needs as plain data with partial(), or put the function ' +
    'into a module and pass moduleFunction(url).',
  promise: 'Await it before the call, and let the function use its value; or create it inside the function.',
  function: 'Define what it needs inside the function, or put it into a module and pass moduleFunction(url).',
  assignment:
    'Every worker has its own copy of it, so the assignment would be lost: return the value instead, ' +
    'declare the variable inside the function, or put both into a module and pass moduleFunction(url).',
  initializer:
    'Every worker has its own copy of it, and so has the function: set a property of an object that both use, ' +
    'or of globalThis.',
  loader:
    'Import the module at the top of the file, or put the function into a module and pass ' +
    'moduleFunction(url).',
  kept: 'Use it in a method, too, or write the name out.',
  self: 'Use a variable instead, and pass it with partial().',
} as const;

/** The error for a function or value that cannot be sent to another thread; names the value's place. */
export class Refusal extends ApplyError {
  /** The name that Node prints before the message. */
  static override readonly name = 'ApplyError';

  // Private, because Node prints every property of an error that ends the program.
  readonly #use: CodePlace | undefined;
  #hasPlaces = false;

  constructor(
    /** The path from the function to the value. */
    readonly path: string,
    readonly reason: string,
    advice: string,
    options?: ErrorOptions,
    /** The place in code that uses the variable through which the value is reached. */
    use?: CodePlace,
  ) {
    super(
      'ERR_UNSHIPPABLE',
      `The function cannot be shipped to a worker: ${path}: ${reason}. ${advice}`,
      options,
    );
    this.#use = use;
  }

  get use(): CodePlace | undefined {
    return this.#use;
  }

  get hasPlaces(): boolean {
    return this.#hasPlaces;
  }

  /** Adds a sentence on places to the message and to the stack, which begins with it. */
  addPlaces(sentence: string): void {
    this.#hasPlaces = true;
    const { message, stack } = this;
    this.message = `${message} ${sentence}`;
    if (stack !== undefined) this.stack = stack.replace(message, () => this.message);
  }
}

/**
 * The error that a codec throws for a value it cannot encode. Capturing turns it into a {@link Refusal} with
 * the path.
 */
export class Uncopyable extends Error {
  constructor(
    readonly reason: string,
    readonly advice: string = remedy.value,
  ) {
    super(`${reason}. ${advice}`);
  }
}

export function refusal(path: Path | string, reason: string, advice: string, cause?: unknown): Refusal {
  const use = typeof path === 'string' ? undefined : path.lastUse;
  return new Refusal(String(path), reason, advice, cause === undefined ? undefined : { cause }, use);
}
