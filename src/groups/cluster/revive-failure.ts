import type { Failure } from '../../run/index.js';
import { reviveError } from '../../values/index.js';
import type { WireFailure } from './protocol.js';

export const reviveFailure = ({ error, ...failure }: WireFailure): Failure => ({
  ...failure,
  error: error && reviveError(error),
});
