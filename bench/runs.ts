/** The last run of every case, in bench/results/latest.json: what pictures and tables are made of. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cases } from './cases/index.js';
import type { Machine } from './machine.js';
import type { CaseResult } from './rounds.js';
import { median } from './stats.js';
import type { Outcome } from './types.js';

/** A case's last run. */
export interface Run extends CaseResult {
  readonly date: string;
  readonly machine: Machine;
}

const folder = new URL('./results/', import.meta.url);
const file = new URL('latest.json', folder);

/** Returns the last run of each case that still exists, in the order of the cases. */
export function readRuns(): Run[] {
  const runs = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Run[]) : [];
  return cases.flatMap(({ name }) => runs.filter((run) => run.name === name));
}

/** Replaces the last runs of the cases that ran. Returns the path of the file. */
export function storeRuns(results: readonly CaseResult[], machine: Machine): string {
  const date = new Date().toISOString().slice(0, 10);
  const names = new Set(results.map(({ name }) => name));
  const kept = readRuns().filter(({ name }) => !names.has(name));
  const runs = [...kept, ...results.map((result) => ({ date, machine, ...result }))];
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, `${JSON.stringify(runs, withoutErrors, 1)}\n`);
  return fileURLToPath(file);
}

/** An error's text can hold paths of the machine; the results are for everyone. */
const withoutErrors = (key: string, value: unknown): unknown => (key === 'failed' ? true : value);

/**
 * Returns the median of the first outcome whose label begins like this; undefined where it was not measured.
 */
export function medianOf(run: Run | undefined, label: string): number | undefined {
  return timeOf(run?.outcomes.find((outcome) => outcome.label.startsWith(label)));
}

export const timeOf = (outcome: Outcome | undefined): number | undefined =>
  outcome?.times?.length ? median(outcome.times) : undefined;
