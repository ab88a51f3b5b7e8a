import { fromBinary } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { ErrorInfoSchema } from './proto/index.js';

/** The facts that Spark writes beside a failed call: `errorId`, `errorClass`, `sqlState`, `classes`. */
export type ErrorMetadata = { readonly [name: string]: string };

/** Returns what Spark says about an error, undefined where the error is not Spark's own. */
export function metadataOf(error: unknown): ErrorMetadata | undefined {
  if (!(error instanceof ConnectError)) return undefined;
  for (const detail of error.details) {
    if (!('type' in detail) || detail.type !== 'google.rpc.ErrorInfo') continue;
    try {
      return fromBinary(ErrorInfoSchema, detail.value).metadata;
    } catch {
      return {};
    }
  }
  return undefined;
}

/** Returns Spark's name of an error: from its metadata, or from the brackets that begin its message. */
export function errorClassOf(error: unknown): string | undefined {
  if (!(error instanceof ConnectError)) return undefined;
  return metadataOf(error)?.errorClass ?? /^\s*\[([A-Z][\w.]*)\]/.exec(error.rawMessage)?.[1];
}

/** Tells whether the server does not know the run: it has never begun, or was forgotten. */
export function isUnknownRun(error: unknown): boolean {
  return /^INVALID_HANDLE\.(?:OPERATION|SESSION)_NOT_FOUND$/.test(errorClassOf(error) ?? '');
}

/** Tells whether the session is gone: the server was restarted, or has closed it. */
export function isLostSession(error: unknown): boolean {
  return /^INVALID_HANDLE\.(?:SESSION_|OPERATION_)/.test(errorClassOf(error) ?? '');
}

/** Codes of Node and OpenSSL with which no second attempt helps. */
const FINAL = /^(?:ENOTFOUND|ERR_INVALID_URL|ERR_SSL|EPROTO|ERR_TLS|ERR_OSSL)|CERT|SIGNATURE/;
/** Texts of connect-node for a stream that ended before its status came. */
const CUT_OFF =
  /stream closed|missing (?:trailer|status)|premature|socket hang up|session has been|canceled/i;

/**
 * Tells whether the connection broke, and the same call may succeed on another. What Spark itself says is
 * final, but for a stream that another stream has replaced.
 */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof ConnectError)) return false;
  const errorClass = errorClassOf(error);
  if (errorClass !== undefined) return errorClass === 'INVALID_CURSOR.DISCONNECTED';
  if (metadataOf(error) !== undefined) return false;
  const codes = nodeCodesOf(error);
  if (codes.some((code) => FINAL.test(code))) return false;
  if (codes.some((code) => /^E|^ERR_HTTP2|^ERR_STREAM/.test(code))) return true;
  if (error.code === Code.Unavailable || error.code === Code.Aborted) return true;
  return CUT_OFF.test(error.rawMessage);
}

/** Returns the codes that Node gave an error and its causes. */
export function nodeCodesOf(error: unknown): string[] {
  const codes = [];
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth++) {
    const { code } = at as NodeJS.ErrnoException;
    if (typeof code === 'string') codes.push(code);
    if (at instanceof AggregateError) codes.push(...at.errors.flatMap(nodeCodesOf));
  }
  return codes;
}
