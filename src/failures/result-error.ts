import { ApplyError } from '../errors.js';

/** What the function returned is wrong, told from whatever it may have thrown itself. */
export class ResultError extends ApplyError {
  static {
    ResultError.prototype.name = 'ResultError';
  }
}
