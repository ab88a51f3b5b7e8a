import { type Client, createClient, type Interceptor } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { Connection } from './connection.js';
import type { TlsOptions } from './options.js';
import { SparkConnectService } from './proto/index.js';
import type { ServerAddress } from './url.js';

export type SparkClient = Client<typeof SparkConnectService>;

/** Makes the client of a server; its connection opens with the first call. */
export function openTransport(address: ServerAddress, tls?: TlsOptions) {
  const connection = new Connection(address.origin, tls);
  const withHeaders: Interceptor = (next) => (request) => {
    for (const [name, value] of address.headers) request.header.set(name, value);
    return next(request);
  };
  const transport = createGrpcTransport({
    baseUrl: address.origin,
    sessionManager: connection,
    interceptors: [withHeaders],
    acceptCompression: [],
  });
  return { client: createClient(SparkConnectService, transport), connection };
}
