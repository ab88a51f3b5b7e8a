/*
 * Fan out, fan in, for work that waits: 2,000 requests to a server, 100 at a time, in the event loop of this
 * thread.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createExecutor } from 'apply-parallel';

// A server of our own, that answers after 5 ms and says how many it had to answer at once.
let open = 0;
let most = 0;
const server = createServer((request, response) => {
  most = Math.max(most, ++open);
  setTimeout(() => {
    open--;
    response.end(request.url?.slice(1));
  }, 5);
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const home = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function ask(n: number): Promise<number> {
  const response = await fetch(`${home}/${n}`);
  return Number(await response.text());
}

const executor = createExecutor({ kind: 'async', maxWorkers: 100 });
let sum = 0;
for await (const answer of executor.map(
  ask,
  Array.from({ length: 2000 }, (_, n) => n),
))
  sum += answer;
await executor.shutdown();
server.close();
server.closeAllConnections();
console.log(`sum of 2000 answers: ${sum}; never more than 100 requests at once: ${most <= 100}`);
