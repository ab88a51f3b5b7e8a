/**
 * One case: every peer has a turn in every round, another one first each time, and everything they computed
 * is compared. A turn is a run that ends the pause of the others' turns, and a second of runs in a loop.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tableToIPC } from 'apache-arrow';
import { type Checksum, difference } from './checksum.js';
import { entrants } from './entrants.js';
import { type PeerProcess, startPeer } from './process.js';
import { rotate } from './stats.js';
import type { Answer, ApplyCase, Entrant, Outcome, StageCase } from './types.js';

/** A case that runs in processes which stay for all rounds. */
type StayingCase = ApplyCase | StageCase;

/** Two turns and their checks, or one of a slow peer. */
const WARM_UP_MS = 3000;

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

/** The median of a turn's runs, and its first one. */
type Turn = Pick<Extract<Answer, { ms: number }>, 'ms' | 'afterPause'>;

type Compare = (label: string, result: Checksum) => void;

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
      log(`${benchCase.name}, warm-up: ${runner.outcome.label} ${times.map(written).join(' ')} ms`);
    }
    for (let round = 0; round < rounds; round++) {
      for (const runner of rotate(runners, round)) {
        const turn = await takeTurn(runner, compare);
        if (turn === undefined) continue;
        const { label, times, timesAfterPause } = runner.outcome;
        log(`${benchCase.name}, round ${round + 1} of ${rounds}: ${label} ${written(turn)} ms`);
        times?.push(turn.ms);
        timesAfterPause?.push(turn.afterPause);
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
  if ('ready' in answer) Object.assign(outcome, { times: [], timesAfterPause: [] });
  else if ('missing' in answer) outcome.missing = answer.missing;
  else if ('error' in answer) fail(runner, answer.error);
  log(
    `${benchCase.name}: ${outcome.label} ${outcome.times ? 'is ready' : (outcome.missing ?? outcome.failed)}`,
  );
}

/** Takes turns until compilers that work while a program runs have done so. */
async function warmUp(runner: Runner, compare: Compare): Promise<Turn[]> {
  const turns: Turn[] = [];
  for (const end = performance.now() + WARM_UP_MS; turns.length === 0 || performance.now() < end; ) {
    const turn = await takeTurn(runner, compare);
    if (turn === undefined) break;
    turns.push(turn);
  }
  return turns;
}

/** The milliseconds of one turn; undefined when the entrant is out of the case. */
async function takeTurn(runner: Runner, compare: Compare): Promise<Turn | undefined> {
  if (!runner.outcome.times) return undefined;
  const answer = await (runner.process as PeerProcess).ask({ op: 'turn' });
  if (!('ms' in answer)) {
    fail(runner, 'error' in answer ? answer.error : 'no answer');
    return undefined;
  }
  compare(runner.outcome.label, answer.checksum);
  return answer;
}

const written = ({ ms, afterPause }: Turn): string => `${ms.toFixed(1)} (${afterPause.toFixed(1)})`;

function fail({ outcome }: Runner, error: string) {
  outcome.failed = error;
  outcome.times = undefined;
  outcome.timesAfterPause = undefined;
}

/**
 * Ends the bench when a peer computed something else than the first one to answer: times of different work
 * mean nothing.
 */
function comparer(benchCase: StayingCase): Compare {
  let first: { label: string; result: Checksum } | undefined;
  return (label: string, result: Checksum) => {
    first ??= { label, result };
    const off = difference(first.result, result);
    if (off) throw new Error(`${benchCase.name}: ${label} disagrees with ${first.label}: ${off}`);
  };
}
