import { ApplyError } from '../errors.js';

export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new ApplyError('ERR_ABORTED', 'the call was aborted', { cause: signal.reason });
}
