/**
 * One case: every peer once in every round, another one first each time, everything they computed compared.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tableToIPC } from 'apache-arrow';
import { type Checksum, difference } from './checksum.js';
import { entrants } from './entrants.js';
import { type PeerProcess, startPeer } from './process.js';
import { rotate } from './stats.js';
import type { ApplyCase, Entrant, Outcome, StageCase } from './types.js';

/** A case that runs in processes which stay for all rounds. */
type StayingCase = ApplyCase | StageCase;

const WARM_UP_MS = 3000;
const MAX_WARM_UPS = 30;
/** Preparing and checking a run can take far longer than the run. */
const MAX_WARM_UP_MS = 15_000;

export interface Plan {
  rounds: number;
  /** Share of the rows that is used. */
  share: number;
  /** Peers that are left out, the slow ones most likely. */
  without: readonly string[];
  log: (line: string) => void;
}

export interface CaseResult {
  name: string;
  title: string;
  rows: number;
  rounds: number;
  outcomes: Outcome[];
}

/** One entrant on its way: its process, and its times so far. */
interface Runner {
  entrant: Entrant;
  outcome: Outcome;
  process?: PeerProcess;
}

export async function runCase(
  benchCase: StayingCase,
  { rounds, share, without, log }: Plan,
): Promise<CaseResult> {
  const folder = mkdtempSync(join(tmpdir(), 'apply-parallel-bench-'));
  const runners: Runner[] = [];
  try {
    const file = join(folder, 'table.arrow');
    const rows = await writeTable(benchCase, share, file);
    for (const entrant of entrants(benchCase)) {
      if (without.includes(entrant.peer)) continue;
      const { settings, ...outcome } = entrant;
      runners.push({ entrant, outcome: { ...outcome, form: settings.form } });
      await prepare(runners[runners.length - 1], benchCase, file, log);
    }
    const compare = comparer(benchCase);
    for (const runner of runners) {
      const times = await warmUp(runner, compare);
      log(
        `${benchCase.name}, warm-up: ${runner.outcome.label} ${times.map((ms) => ms.toFixed(1)).join(' ')} ms`,
      );
    }
    for (let round = 0; round < rounds; round++) {
      for (const runner of rotate(runners, round)) {
        const ms = await measure(runner, compare);
        if (ms === undefined) continue;
        log(
          `${benchCase.name}, round ${round + 1} of ${rounds}: ${runner.outcome.label} ${ms.toFixed(1)} ms`,
        );
        runner.outcome.times?.push(ms);
      }
    }
    const outcomes = runners.map(({ outcome }) => outcome);
    return { name: benchCase.name, title: benchCase.title, rows, rounds, outcomes };
  } finally {
    await Promise.all(runners.map((runner) => runner.process?.close()));
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The case's table as the file every peer reads; its number of rows. */
async function writeTable(benchCase: StayingCase, share: number, file: string): Promise<number> {
  const table = await benchCase.data(share);
  writeFileSync(file, tableToIPC(table, 'stream'));
  return table.numRows;
}

async function prepare(runner: Runner, benchCase: StayingCase, file: string, log: Plan['log']) {
  const { entrant, outcome } = runner;
  if (entrant.notRun) return;
  const process = startPeer(entrant);
  runner.process = process;
  const answer = await process.ask({
    op: 'prepare',
    case: benchCase.name,
    file,
    entrant,
    keys: benchCase.keys,
    function: entrant.function ?? (benchCase.kind === 'apply' ? benchCase.python : ''),
    repeat: benchCase.repeat ?? 1,
  });
  if ('ready' in answer) outcome.times = [];
  else if ('missing' in answer) outcome.missing = answer.missing;
  else if ('error' in answer) fail(runner, answer.error);
  log(
    `${benchCase.name}: ${outcome.label} ${outcome.times ? 'is ready' : (outcome.missing ?? outcome.failed)}`,
  );
}

/**
 * Runs until it has run for {@link WARM_UP_MS} in all: compilers that work while a program runs have then
 * done so. What the first run takes does not count, since most of it may be workers and libraries that load.
 */
async function warmUp(runner: Runner, compare: (label: string, result: Checksum) => void): Promise<number[]> {
  const times: number[] = [];
  const latest = performance.now() + MAX_WARM_UP_MS;
  for (let spent = 0; spent < WARM_UP_MS && (times.length === 0 || performance.now() < latest); ) {
    const ms = await measure(runner, compare);
    if (ms === undefined) break;
    if (times.length > 0) spent += Math.max(ms, WARM_UP_MS / MAX_WARM_UPS);
    times.push(ms);
  }
  return times;
}

/** Milliseconds of one run; undefined when the entrant is out of the case. */
async function measure(runner: Runner, compare: (label: string, result: Checksum) => void) {
  if (!runner.outcome.times) return undefined;
  const answer = await (runner.process as PeerProcess).ask({ op: 'run' });
  if (!('ms' in answer)) {
    fail(runner, 'error' in answer ? answer.error : 'no answer');
    return undefined;
  }
  compare(runner.outcome.label, answer.checksum);
  return answer.ms;
}

function fail({ outcome }: Runner, error: string) {
  outcome.failed = error;
  outcome.times = undefined;
}

/**
 * Ends the bench when a peer computed something else than the first one to answer: times of different work
 * mean nothing.
 */
function comparer(benchCase: StayingCase) {
  let first: { label: string; result: Checksum } | undefined;
  return (label: string, result: Checksum) => {
    first ??= { label, result };
    const off = difference(first.result, result);
    if (off) throw new Error(`${benchCase.name}: ${label} disagrees with ${first.label}: ${off}`);
  };
}
