/**
 * The process of one Node peer in one case. Apart from the others, so that no peer's heap weighs on another's
 * collector.
 */
// danfojs takes three times as long once apache-arrow has loaded without this; the peer is to be measured as
// it is alone.
import '#dist/load-arrow/index.js';

import { readFileSync } from 'node:fs';
import { type Table, tableFromIPC } from 'apache-arrow';
import { findCase } from './cases/index.js';
import { checksum } from './checksum.js';
import { Missing } from './missing.js';
import { median } from './stats.js';
import type { Answer, Entrant, Peer, Prepared, Request } from './types.js';

// Loaded by need: danfojs alone takes more than a second, and each of them may not be installed.
const peers: Record<string, () => Promise<Peer>> = {
  ours: async () => (await import('./peers/ours.js')).ours,
  danfo: async () => (await import('./peers/danfo.js')).danfo,
  naive: async () => (await import('./peers/naive.js')).naive,
  polars: async () => (await import('./peers/polars.js')).polars,
};

let prepared: Prepared;
let repeat = 1;

async function prepare(caseName: string, entrant: Entrant, table: Table): Promise<Prepared> {
  const benchCase = findCase(caseName);
  if (benchCase.kind === 'job') throw new Error(`${caseName} runs programs of its own`);
  if (benchCase.kind === 'stage') return benchCase.stages[entrant.label](table, benchCase.keys);
  const peer = await peers[entrant.peer]();
  return peer(benchCase, table, entrant.settings);
}

/** A turn's first run ends a pause. Then it runs for this long, once at least. */
const TURN_MS = 1000;

async function takeTurn(): Promise<Answer> {
  globalThis.gc?.();
  let result: unknown;
  const run = async () => {
    result = undefined;
    await prepared.before?.();
    const begin = performance.now();
    for (let i = 0; i < repeat; i++) result = await prepared.run();
    return prepared.took?.() ?? (performance.now() - begin) / repeat;
  };
  const afterPause = await run();
  const times: number[] = [];
  const end = performance.now() + TURN_MS;
  do times.push(await run());
  while (performance.now() < end);
  return { ms: median(times), afterPause, checksum: checksum(prepared.columns(result)) };
}

async function answer(request: Request): Promise<Answer> {
  try {
    if (request.op === 'turn') return await takeTurn();
    repeat = request.repeat;
    prepared = await prepare(request.case, request.entrant, tableFromIPC(readFileSync(request.file)));
    return { ready: true };
  } catch (error) {
    if (error instanceof Missing) return { missing: error.message };
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

process.on('message', async (request: Request) => process.send?.(await answer(request)));
process.on('disconnect', () => process.exit());
