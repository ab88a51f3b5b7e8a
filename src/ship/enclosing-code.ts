import type { Analysis, FreeName } from './free-names.js';

/**
 * The functions and classes between the root of an analysis and the node that is visited. They give
 * `this`, `super`, `new.target`, `arguments` and #names their meaning; a use without one around it
 * depends on code outside the root.
 */
export class EnclosingCode {
  /** Innermost last; arrow functions are left out, as they take all of these from the code around them. */
  private readonly owners: ('function' | 'class')[] = [];
  /**
   * Counts the enclosing functions and instance members: above zero, the code runs after the root is defined.
   */
  private deferred = 0;

  constructor(private readonly analysis: Analysis) {}

  /** Visits the parameters and body of a function. */
  inFunction(isArrow: boolean, visit: () => void): void {
    if (!isArrow) this.owners.push('function');
    this.deferred++;
    visit();
    this.deferred--;
    if (!isArrow) this.owners.pop();
  }

  /** Visits the value of a class member. Static ones run while the class is being defined. */
  inMember(isStatic: boolean, visit: () => void): void {
    this.owners.push('class');
    if (!isStatic) this.deferred++;
    visit();
    if (!isStatic) this.deferred--;
    this.owners.pop();
  }

  noteThis(): void {
    if (this.owners.length === 0) this.analysis.outerThis = true;
    else if (!this.owners.includes('class')) this.analysis.modeMatters = true;
  }

  /**
   * A root that is a method loses the object its `super` starts from, since it is sent without that object.
   * An arrow function loses it when the method is around the root.
   */
  noteSuper(isArrowRoot: boolean): void {
    const own = isArrowRoot ? 0 : 1;
    if (this.owners.length <= own && !this.owners.includes('class')) this.analysis.outerSuper = true;
  }

  noteNewTarget(): void {
    if (this.owners.length === 0) this.analysis.outerNewTarget = true;
  }

  notePrivateName(): void {
    if (!this.owners.includes('class')) this.analysis.outerPrivate = true;
  }

  noteArguments(): void {
    if (!this.owners.includes('function')) this.analysis.outerArguments = true;
  }

  /** Notes whether a free name is used while the root is being defined, and whether it is used later. */
  noteTiming(free: FreeName): void {
    if (this.deferred === 0) free.eager = true;
    if (this.deferred > 0 || this.owners.length > 0) free.kept = true;
  }
}
