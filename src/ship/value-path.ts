import type { CodePlace } from './code-place.js';

/**
 * The way from the captured function to a value, as error messages print it. A linked list: a step costs one
 * small object, and text is joined only when a path is printed.
 */
export class Path {
  private constructor(
    private readonly parent: Path | undefined,
    private readonly text: string,
    private readonly use?: CodePlace,
    private readonly isScope = false,
  ) {}

  static root(name: string): Path {
    return new Path(undefined, name);
  }

  get isRoot(): boolean {
    return this.parent === undefined;
  }

  /** The place where code uses the variable from which the value was reached; undefined for other values. */
  get lastUse(): CodePlace | undefined {
    for (let step: Path | undefined = this; step; step = step.parent) if (step.use) return step.use;
    return undefined;
  }

  /** Returns the path to a variable that the function uses. */
  variable(name: string, use?: CodePlace): Path {
    return new Path(this, ` -> ${name}`, use);
  }

  /** Returns this path of a variable for an object whose properties the user wrote as variables. */
  asScope(): Path {
    return new Path(this.parent, this.text, this.use, true);
  }

  /** Returns the path to a property. */
  property(key: string | symbol): Path {
    if (this.isScope && this.parent) return this.parent.variable(String(key), this.use);
    if (typeof key === 'symbol') return new Path(this, `[${String(key)}]`);
    return new Path(
      this,
      /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`,
    );
  }

  /** Returns the path to a part that has no name in code, such as `(key)` of a map. */
  part(text: string): Path {
    return new Path(this, text);
  }

  toString(): string {
    const texts: string[] = [];
    for (let step: Path | undefined = this; step; step = step.parent) texts.push(step.text);
    return texts.reverse().join('');
  }
}
