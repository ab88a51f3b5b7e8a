import { GroupError } from '../errors.js';
import { explain, mapTraces, stackOf } from '../failures/index.js';
import type { Failure } from '../run/index.js';
import { TraceMapper } from '../ship/index.js';
import { columnHint } from './column-hint.js';
import type { GroupCall } from './group-call.js';
import { describeKey, type GroupSource } from './group-source.js';

/** The part of a call that its error messages need. */
type FailedCall = Pick<GroupCall, 'verb' | 'fn' | 'shipped' | 'options'> & {
  readonly source: Pick<GroupSource, 'key' | 'schema' | 'firstIndex'>;
};

/** Returns the error that users get: it names the group and the cause, and has the user's own stack. */
export function groupErrorOf(
  failure: Failure,
  { verb, fn, shipped, source, options: { timeout } }: FailedCall,
): GroupError {
  if (shipped) mapTraces(failure.error, TraceMapper.of(shipped));
  const key = source.key(failure.index);
  const index = failure.index + (source.firstIndex ?? 0);
  const { code, message, cause } = explain(failure, 'GROUP', `${verb.unit} ${describeKey(key)}`, timeout);
  const columns = source.schema.fields.map(({ name }) => name);
  const hint = failure.kind === 'error' && cause ? columnHint(fn, cause.error, columns) : undefined;
  const options = cause === undefined ? undefined : { cause: cause.error };
  const error = new GroupError(code, hint ? `${message}; ${hint}` : message, { key, index }, options);
  error.stack = stackOf(error, failure);
  return error;
}
