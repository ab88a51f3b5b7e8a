/** The kind of result that a function must return for its group. */
export type Expected = 'any rows' | 'as many rows' | 'a boolean';

/** A public function that runs another on groups. */
export interface Verb {
  /** Its name, for messages. */
  readonly name: string;
  /** The name of its parameter for the function. */
  readonly argument: string;
  readonly expects: Expected;
  /** The name of the pieces of rows that the function gets. */
  readonly unit: 'group' | 'batch';
}
