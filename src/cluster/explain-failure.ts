import { Code, ConnectError } from '@connectrpc/connect';
import { ApplyError } from '../errors.js';
import { errorClassOf, isLostSession, metadataOf, nodeCodesOf } from './failure-kind.js';
import { FORMATS_TO_NAME } from './read-format.js';
import { SparkError, type SparkErrorCause } from './spark-error.js';
import type { ServerAddress } from './url.js';

/** Texts longer than this are cut in messages; the cause has them whole. */
const LONGEST = 600;

/**
 * Returns what a user reads of a failed call: `ERR_CLUSTER` with what the server said and what to do. The
 * causes are those that the server keeps, if it was asked.
 */
export function explainFailure(
  error: unknown,
  address: ServerAddress,
  causes: readonly SparkErrorCause[] = [],
): unknown {
  if (error instanceof ApplyError || !(error instanceof ConnectError)) return error;
  const hide = (text: string) => address.secrets.hide(text);
  const metadata = metadataOf(error);
  const hidden = causes.map((cause) => ({
    ...cause,
    message: hide(cause.message),
    parameters: mapValues(cause.parameters, hide),
  }));
  const cause = new SparkError(hide(error.rawMessage), {
    status: Code[error.code],
    errorClass: errorClassOf(error) ?? hidden.find(({ errorClass }) => errorClass)?.errorClass,
    sqlState: metadata?.sqlState,
    causes: hidden,
  });
  return clusterError(hide(explain(error, address, hidden)), cause);
}

export const clusterError = (message: string, cause?: unknown) =>
  new ApplyError('ERR_CLUSTER', message, cause === undefined ? undefined : { cause });

function explain(error: ConnectError, address: ServerAddress, causes: readonly SparkErrorCause[]): string {
  const { name } = address;
  if (isLostSession(error)) {
    return `${name} no longer knows the session: the server was restarted, or has closed it; connect again`;
  }
  if (errorClassOf(error) === 'OPERATION_CANCELED') return `the run was cancelled on the cluster ${name}`;
  const isSparks = metadataOf(error) !== undefined || errorClassOf(error) !== undefined;
  if (isSparks) return explainSpark(causes[0]?.message ?? error.rawMessage, name);
  return explainTransport(error, address) ?? explainStatus(error, address);
}

/** Explains what Spark said; what it says first of a lost task is its number. */
function explainSpark(message: string, name: string): string {
  const [, python] = /Cannot run program "([^"]*python[^"]*)"/.exec(message) ?? [];
  if (python !== undefined) {
    return `the executors of ${name} cannot start ${python}: install Python there, or set spark.pyspark.python to theirs`;
  }
  const task =
    /^Job aborted due to stage failure: Task .*? most recent failure: Lost task [^)]*\) \([^)]*\): /s;
  const text = oneLine(message.replace(task, 'a task that fails: '));
  const [said] = /^.*CANNOT_READ_FILE_FOOTER\].*? footer\b/.exec(text) ?? [];
  if (said !== undefined) {
    return `Spark fails with ${said}: the file is damaged, or of another format than it is read in; ${FORMATS_TO_NAME}`;
  }
  if (!/spark\.driver\.maxResultSize/.test(message)) return `Spark fails with ${text}`;
  return (
    'the results are larger than spark.driver.maxResultSize, which bounds what the server hands out: leave them there ' +
    `with to: cluster.to(path), or raise it (${text})`
  );
}

/** Explains a status of gRPC that Spark gave without a word of its own, or that a proxy before it gave. */
function explainStatus(error: ConnectError, address: ServerAddress): string {
  const { name, headers } = address;
  const said = oneLine(error.rawMessage);
  switch (error.code) {
    case Code.Unauthenticated:
    case Code.PermissionDenied:
      return headers.has('authorization')
        ? `${name} refuses the token: check that it is the one the server was started with, and still valid`
        : `${name} asks for a token: add ;token=… to the URL, or pass the option token`;
    case Code.Unimplemented:
      return `${name} does not know this request; Spark Connect of Spark 4.0 or newer is needed there`;
    case Code.ResourceExhausted:
      return `${name} cannot take or send a message of this size (${said}): work on files that the cluster can read`;
    case Code.DeadlineExceeded:
      return `${name} gave no answer in time; look at its log and memory, or raise answerTimeout`;
    case Code.Unavailable:
      return `${name} is not available (${said}): is the server running, and the address right?`;
    default:
      return `${name} failed with ${Code[error.code]}: ${said}`;
  }
}

const CERTIFICATE = /CERT|SIGNATURE|ISSUER/;

function explainTransport(error: ConnectError, { name, isSecure }: ServerAddress): string | undefined {
  const codes = nodeCodesOf(error);
  const has = (pattern: RegExp) => codes.find((code) => pattern.test(code));
  const cannot = `cannot reach ${name}`;
  const why = has(CERTIFICATE);
  if (why !== undefined) {
    return `the certificate of ${name} is not trusted (${why}): pass its authority as tls: { ca }`;
  }
  if (has(/^(?:EPROTO|ERR_SSL)/)) {
    return isSecure
      ? `${name} does not speak TLS: is this the right port? A plain server takes use_ssl=false`
      : `${cannot}: ${oneLine(error.rawMessage)}`;
  }
  if (has(/^ENOTFOUND$|^EAI_/)) return `${cannot}: there is no host of this name; check the URL`;
  if (has(/^ECONNREFUSED$/)) {
    return `${cannot}: nothing listens there; start the server (sbin/start-connect-server.sh) or check the URL`;
  }
  if (has(/^(?:ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN)$/)) {
    return `${cannot}: no answer from the host; check the URL, the network and its firewalls`;
  }
  const tls = isSecure ? '' : ', or add ;use_ssl=true if it wants TLS';
  if (has(/^(?:ERR_HTTP2|HPE_|ERR_STREAM|NGHTTP2)/) || /http\/2|Protocol error/i.test(error.rawMessage)) {
    return `${name} broke off, or is no Spark Connect server: check its log and the URL${tls}`;
  }
  if (has(/^(?:ECONNRESET|EPIPE|ECONNABORTED)$/)) {
    return `${name} closed the connection: check its log and the URL${tls}`;
  }
  return undefined;
}

/** Returns what people want to read of Spark's message: no plan, no trace of the JVM, one line. */
function oneLine(message: string): string {
  const withoutTrace = message.split(/\n\s*(?:at [\w.$/@-]+\(|JVM stacktrace|== |Driver stacktrace)|;\n'/)[0];
  const text = withoutTrace.replace(/\s+/g, ' ').trim();
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function mapValues(values: { readonly [name: string]: string }, change: (text: string) => string) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}
