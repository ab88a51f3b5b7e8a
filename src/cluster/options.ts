import { ApplyError } from '../errors.js';
import { checkOptions, flag, oneOf, type Rules } from '../options/index.js';

/** The certificates of a connection, as `node:tls` takes them. */
export interface TlsOptions {
  /** The certificate authorities to trust instead of Node's own, as PEM. */
  readonly ca?: string | Uint8Array | readonly (string | Uint8Array)[];
  /** This client's certificate, as PEM, for servers that ask for one. */
  readonly cert?: string | Uint8Array;
  /** The private key of `cert`, as PEM. */
  readonly key?: string | Uint8Array;
  /** The name that the server's certificate must have, if not the host of the URL. */
  readonly servername?: string;
}

/** Options of {@link spark}. */
export interface SparkOptions {
  /**
   * The token that the server asks for, instead of `token=…` in the URL. It is in no message and no error.
   */
  readonly token?: string;
  /**
   * Lets a token travel unencrypted to another host than this machine, where the network itself is safe.
   *
   * @default false
   */
  readonly allowPlainToken?: boolean;
  /** Certificates, for servers whose own is not signed by an authority that Node trusts. */
  readonly tls?: TlsOptions;
  /**
   * Milliseconds after which a server that sends nothing is asked whether it is still there, and which it has
   * for the answer. After two such questions on two connections the call fails with `ERR_CLUSTER`. How long a
   * function may run is not limited by it.
   *
   * @default 60000
   */
  readonly answerTimeout?: number;
  /** Ends the attempt to connect. */
  readonly signal?: AbortSignal;
  /**
   * The Node of the executors: a command on their PATH, an absolute path there, or a path in one of the
   * `archives`, such as `'node/bin/node'`. `'archive'` sends the Node that runs this program along, some
   * 45 MB once a session; the executors then need the same system and processor.
   *
   * @default 'node'
   */
  readonly node?: string;
  /**
   * Archives that the executors get: paths of `.tar.gz`, `.tgz` or `.zip` files here, each with the name of
   * the folder in which it is unpacked there, `'/models/v3.tar.gz#models'`. Functions find that folder below
   * `process.cwd()`.
   */
  readonly archives?: readonly string[];
  /**
   * `'bundle'`: the modules that a function imports are made one file and sent along; it needs the package
   * esbuild. `'installed'`: the executors have them, for the same import at the same path.
   *
   * @default 'bundle'
   */
  readonly modules?: 'bundle' | 'installed';
}

const isObject = (value: unknown) => typeof value === 'object' && value !== null;

const sparkRules: Rules<SparkOptions> = {
  token: [(value) => typeof value === 'string', 'text'],
  allowPlainToken: flag,
  tls: [isObject, 'an object such as { ca }'],
  // A header of gRPC has eight digits for it.
  answerTimeout: [
    (value) => Number.isInteger(value) && (value as number) > 0 && (value as number) < 1e7,
    'a whole number of milliseconds, less than 10000000',
  ],
  signal: [(value) => value instanceof AbortSignal, 'an AbortSignal'],
  node: [(value) => typeof value === 'string' && value !== '', "a command, a path, or 'archive'"],
  archives: [
    (value) => Array.isArray(value) && value.every((path) => typeof path === 'string' && path !== ''),
    'an array of paths',
  ],
  modules: oneOf('bundle', 'installed'),
};

/** The options that concern the executors. */
export type ExecutorOptions = Required<Pick<SparkOptions, 'node' | 'archives' | 'modules'>>;

export const executorOptions = ({
  node = 'node',
  archives = [],
  modules = 'bundle',
}: SparkOptions): ExecutorOptions => ({ node, archives, modules });

/** Checks the options of a connection; what stands in the place of a token is not shown. */
export function checkSparkOptions(options: SparkOptions): void {
  if (isObject(options) && options.token !== undefined && typeof options.token !== 'string') {
    throw new ApplyError('ERR_INVALID_OPTION', `spark: token must be text, got ${typeof options.token}`);
  }
  checkOptions('spark', options, sparkRules);
}
