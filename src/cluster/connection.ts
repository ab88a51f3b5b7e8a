import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type ClientSessionRequestOptions,
  connect,
  constants,
  type OutgoingHttpHeaders,
} from 'node:http2';
import type { TlsOptions } from './options.js';

/** Bytes that may be under way; the 64 KB of HTTP/2 would make 3 MB/s of a line with 20 ms. */
const WINDOW = 16 << 20;
const CONNECT_TIMEOUT = 20_000;

/**
 * One HTTP/2 connection, opened when it is needed and again when it was lost. It keeps the program running
 * only while a request is open. It sends no pings: Node ends the program when one times out.
 */
export class Connection {
  /** The origin that connect-node compares with the URL of each request. */
  readonly authority: string;
  readonly #tls: TlsOptions;
  #opening: Promise<ClientHttp2Session> | undefined;
  #current: ClientHttp2Session | undefined;
  readonly #openStreams = new WeakMap<ClientHttp2Session, number>();

  constructor(origin: string, tls: TlsOptions = {}) {
    this.authority = new URL(origin).origin;
    this.#tls = tls;
  }

  async request(
    method: string,
    path: string,
    headers: OutgoingHttpHeaders,
    options: Omit<ClientSessionRequestOptions, 'signal'>,
  ): Promise<ClientHttp2Stream> {
    for (let attempt = 1; ; attempt++) {
      const session = await this.#session();
      try {
        const stream = session.request({ ...headers, ':method': method, ':path': path }, options);
        this.#hold(session, stream);
        return stream;
      } catch (error) {
        // The server may have closed the connection a moment ago.
        if (attempt === 3 || !(session.closed || session.destroyed)) throw error;
      }
    }
  }

  /** Is called for each read; the silence of a server is watched elsewhere. */
  notifyResponseByteRead(): void {}

  /** Ends the connection and all its requests at once, so that the next request opens another. */
  drop(): void {
    const session = this.#current;
    this.#opening = undefined;
    this.#current = undefined;
    // A stream that ends before connect listens to it would leave its request waiting for ever.
    setImmediate(() => session?.destroy(undefined, constants.NGHTTP2_CANCEL));
  }

  #session(): Promise<ClientHttp2Session> {
    const { closed, destroyed } = this.#current ?? { closed: false, destroyed: false };
    if (this.#opening === undefined || closed || destroyed) {
      this.#opening = this.#open();
      this.#opening.catch(() => {
        this.#opening = undefined;
      });
    }
    return this.#opening;
  }

  #open(): Promise<ClientHttp2Session> {
    return new Promise((resolve, reject) => {
      const session = connect(this.authority, {
        ...this.#tls,
        settings: { initialWindowSize: WINDOW, enablePush: false },
        // Lets the system notice a lost host, too.
        ...{ keepAlive: true, keepAliveInitialDelay: 30_000 },
      });
      this.#current = session;
      const timer = setTimeout(() => {
        session.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' }));
      }, CONNECT_TIMEOUT);
      // Stays: an error without a listener would end the program.
      session.on('error', reject);
      session.on('close', () => {
        clearTimeout(timer);
        reject(Object.assign(new Error('the connection was closed'), { code: 'ECONNRESET' }));
      });
      session.once('remoteSettings', () => {
        clearTimeout(timer);
        session.setLocalWindowSize(WINDOW);
        session.unref();
        resolve(session);
      });
    });
  }

  #hold(session: ClientHttp2Session, stream: ClientHttp2Stream): void {
    const add = (change: number) => {
      const open = (this.#openStreams.get(session) ?? 0) + change;
      this.#openStreams.set(session, open);
      return open;
    };
    if (add(1) === 1) session.ref();
    stream.once('close', () => {
      if (add(-1) === 0 && !session.destroyed) session.unref();
    });
  }
}
