import { ApplyError } from '../errors.js';

/** Where in the captured graph a value lies. A linked list, so that paths cost nothing until one is printed. */
export class Path {
  private constructor(
    private readonly parent: Path | undefined,
    private readonly text: string,
  ) {}

  static root(name: string): Path {
    return new Path(undefined, name);
  }

  get isRoot(): boolean {
    return this.parent === undefined;
  }

  /** A variable the function uses. */
  variable(name: string): Path {
    return new Path(this, ` -> ${name}`);
  }

  /** A part of the value: a property, an element, an entry. */
  property(key: string | symbol): Path {
    if (typeof key === 'symbol') return new Path(this, `[${String(key)}]`);
    return new Path(
      this,
      /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`,
    );
  }

  part(text: string): Path {
    return new Path(this, text);
  }

  toString(): string {
    const texts: string[] = [];
    for (let step: Path | undefined = this; step; step = step.parent) texts.push(step.text);
    return texts.reverse().join('');
  }
}

/** The sentences that say what to do instead. */
export const remedy = {
  value:
    'Create it inside the function, pass what it needs as plain data with partial(), or put the function into a module and pass moduleFunction(url).',
  function: 'Define what it needs inside the function, or put it into a module and pass moduleFunction(url).',
  assignment:
    'Every worker has its own copy of it, so the assignment would be lost: return the value instead, declare the variable inside the function, or put both into a module and pass moduleFunction(url).',
  loader:
    'Import the module at the top of the file, or put the function into a module and pass moduleFunction(url).',
  kept: 'Use it in a method, too, or write the name out.',
  self: 'Use a variable instead, and pass it with partial().',
} as const;

/** Says what cannot travel, and where it is. */
export class Refusal extends ApplyError {
  constructor(
    /** The way from the function to the value. */
    readonly path: string,
    readonly reason: string,
    advice: string,
    options?: ErrorOptions,
  ) {
    super(
      'ERR_UNSHIPPABLE',
      `The function cannot be shipped to a worker: ${path}: ${reason}. ${advice}`,
      options,
    );
  }
}

/** What a codec throws for a value that cannot travel; where it was met is added to it. */
export class Uncopyable extends Error {
  constructor(
    readonly reason: string,
    readonly advice: string = remedy.value,
  ) {
    super(`${reason}. ${advice}`);
  }
}

export function refusal(path: Path | string, reason: string, advice: string, cause?: unknown): Refusal {
  return new Refusal(String(path), reason, advice, cause === undefined ? undefined : { cause });
}
