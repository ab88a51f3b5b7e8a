import { ApplyError } from '../errors.js';
import { nearest } from '../options/index.js';
import { Secrets } from './secrets.js';

/** The address of a Spark Connect server, as read from a URL. */
export interface ServerAddress {
  /** `sc://host:port`, without parameters: fit for messages. */
  readonly name: string;
  /** `http://host:port` or `https://host:port`. */
  readonly origin: string;
  readonly isSecure: boolean;
  readonly userId?: string;
  readonly sessionId?: string;
  readonly userAgent?: string;
  /** Headers of every request, the token among them. Nothing may print them. */
  readonly headers: ReadonlyMap<string, string>;
  readonly secrets: Secrets;
}

/** Options of the connection that concern the URL. */
export interface UrlOptions {
  readonly token?: string;
  readonly allowPlainToken?: boolean;
}

const DEFAULT_PORT = 15002;
const PARAMETERS = ['token', 'use_ssl', 'user_id', 'session_id', 'user_agent'];
const EXAMPLE = 'sc://localhost:15002';
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Reads `sc://host:port/;token=…;use_ssl=true;user_id=…;session_id=…;x-header=…`. A token implies TLS, unless
 * the host is this machine.
 *
 * @throws ApplyError `ERR_INVALID_OPTION`; no message repeats a value of the URL's parameters
 */
export function parseUrl(url: string, options: UrlOptions = {}): ServerAddress {
  const { host, port, parameters } = split(url);
  const token = options.token ?? parameters.get('token');
  if (token === '') throw invalid('the token is empty');
  const sessionId = parameters.get('session_id');
  if (sessionId !== undefined && !UUID.test(sessionId)) throw invalid('session_id must be a UUID');
  const isLocal = isLoopback(host);
  const isSecure = readFlag(parameters.get('use_ssl')) ?? (token !== undefined && !isLocal);
  if (token !== undefined && !isSecure && !isLocal && options.allowPlainToken !== true) {
    throw invalid(
      `a token for ${host} would travel unencrypted: leave use_ssl=false out, or set the option ` +
        `allowPlainToken: true if the network itself is safe`,
    );
  }
  const headers = new Map([...parameters].filter(([name]) => name.startsWith('x-')));
  for (const [name, value] of headers) requireHeader(name, value);
  const secrets = new Secrets(token, headers.values());
  if (token !== undefined) {
    requireHeader('token', token);
    headers.set('authorization', `Bearer ${token}`);
  }
  return {
    name: `sc://${host}:${port}`,
    origin: `http${isSecure ? 's' : ''}://${host}:${port}`,
    isSecure,
    userId: parameters.get('user_id'),
    sessionId,
    userAgent: parameters.get('user_agent'),
    headers,
    secrets,
  };
}

function split(url: string) {
  const scheme = /^([a-z][\w+.-]*):\/\//i.exec(url)?.[1].toLowerCase();
  if (scheme !== 'sc') {
    const hint =
      scheme === undefined
        ? ''
        : scheme === 'spark'
          ? '; spark:// is a standalone master, and Spark Connect listens on another port'
          : `; did you mean sc:// in place of ${scheme}://?`;
    throw invalid(`an address of Spark Connect looks like ${EXAMPLE}${hint}`);
  }
  const match = /^sc:\/\/(\[[\da-f:.]+\]|[\w.-]+)(?::(\d{1,5}))?(?:\/(?:;(.*))?)?$/i.exec(url);
  if (!match) {
    const where = url.includes(';') && !url.includes('/;') ? ': parameters begin with /;' : '';
    throw invalid(`the address cannot be read${where}; it looks like ${EXAMPLE}/;use_ssl=true;token=…`);
  }
  const port = match[2] === undefined ? DEFAULT_PORT : Number(match[2]);
  if (port < 1 || port > 65535) throw invalid(`a port is between 1 and 65535, got ${port}`);
  return { host: match[1], port, parameters: readParameters(match[3] ?? '') };
}

function readParameters(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const part of text.split(';').filter((part) => part !== '')) {
    const at = part.indexOf('=');
    const name = at < 0 ? part : part.slice(0, at);
    const isHeader = /^x-[\w-]+$/i.test(name);
    // A part without a name may be a piece of a token, and is not shown.
    if (at < 0 || !/^[\w-]+$/.test(name)) throw invalid('parameters are NAME=VALUE, with ; between them');
    if (!isHeader && !PARAMETERS.includes(name)) throw invalid(unknown(name));
    if (found.has(name)) throw invalid(`the parameter ${name} is given twice`);
    try {
      found.set(isHeader ? name.toLowerCase() : name, decodeURIComponent(part.slice(at + 1)));
    } catch {
      throw invalid(`the value of ${name} has a % that encodes nothing; write %25 for %`);
    }
  }
  return found;
}

function unknown(name: string): string {
  const near = nearest(name, PARAMETERS);
  const advice = near ? `did you mean ${near}?` : `there are ${PARAMETERS.join(', ')} and x-… for headers`;
  return `there is no parameter ${name}; ${advice}`;
}

function readFlag(value: string | undefined): boolean | undefined {
  if (value === undefined) return undefined;
  if (value !== 'true' && value !== 'false') throw invalid('use_ssl must be true or false');
  return value === 'true';
}

function requireHeader(name: string, value: string): void {
  if (!/^[\x20-\x7e]*$/.test(value)) throw invalid(`the value of ${name} must be printable ASCII`);
}

/** Tells whether a host is this machine, by its name or a literal address; other names are not looked up. */
function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i.test(host);
}

const invalid = (message: string) => new ApplyError('ERR_INVALID_OPTION', `spark(url): ${message}`);
