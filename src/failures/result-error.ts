import { ApplyError } from '../errors.js';

/**
 * The error for a result that cannot be used. Its name tells it from errors that the user's function throws.
 */
export class ResultError extends ApplyError {
  static {
    ResultError.prototype.name = 'ResultError';
  }
}
