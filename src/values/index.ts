export {
  bareError,
  type ErrorRecord,
  hasParts,
  isKnownError,
  putRecord,
  recordOf,
} from './error-record.js';
export { describeError, reviveError, type WireError } from './wire-error.js';
