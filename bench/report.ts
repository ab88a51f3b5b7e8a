/** The numbers as a table for people and as JSON for programs. */
import { findCase } from './cases/index.js';
import type { Machine } from './machine.js';
import type { CaseResult } from './rounds.js';
import { median } from './stats.js';
import type { Goal, Outcome } from './types.js';

export function report(
  results: readonly (CaseResult & { readonly date?: string })[],
  machine: Machine,
  { note = '', showsGoals = true } = {},
): string {
  const { cores, memoryGB, cpu, system } = machine;
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  return [
    '# Benchmark',
    `${cores} cores (${cpu}), ${memoryGB} GB, ${system}. ${versions.join(', ')}.`,
    `Medians over the rounds. In every round every peer has a turn, another one first each time, in a process of its own that stays: a run, which ends the
pause of the others' turns, and a second of runs in a loop, at least one, whose median counts. Whole programs are started anew each time. "× this" is the
peer's time divided by this package's with all workers: above 1, the peer is slower. Every peer's result was compared with the others'.${note && `\n\n${note}`}`,
    ...results.map((result) => caseReport(result, showsGoals)),
  ].join('\n\n');
}

function caseReport(result: CaseResult & { readonly date?: string }, showsGoals: boolean): string {
  const { name, title, rows, rounds, outcomes, date } = result;
  const benchCase = findCase(name);
  const areParts = benchCase.kind === 'stage' && benchCase.areParts;
  const bases = areParts ? [] : outcomes.filter(isBase);
  const hasCpu = outcomes.some(({ cpuTimes }) => cpuTimes?.length);
  const hasPauses = outcomes.some(({ timesAfterPause }) => timesAfterPause?.length);
  const header = [
    'peer',
    'median ms',
    'min – max',
    ...(hasPauses ? ['after a pause'] : []),
    ...(hasCpu ? ['processor ms'] : []),
    ...bases.map(({ form }) => ratioHeader(form, bases.length)),
  ];
  const lines = outcomes.map((outcome) => [
    outcome.label,
    ...timeCells(outcome),
    ...(hasPauses ? [medianCell(outcome.timesAfterPause)] : []),
    ...(hasCpu ? [medianCell(outcome.cpuTimes)] : []),
    ...bases.map((base) => ratioCell(outcome, base)),
  ]);
  const head = `## ${name}\n\n${title}. ${rows.toLocaleString('en')} rows, ${rounds} rounds${date ? `, ${date}` : ''}.`;
  const goals = (showsGoals ? (benchCase.goals ?? []) : []).map((goal) => goalLine(goal, outcomes));
  return [head, table([header, ...lines]), ...(goals.length > 0 ? [goals.join('\n')] : [])].join('\n\n');
}

/** The lines ratios are quoted to: this package with all workers, or the first way to do a stage. */
function isBase({ label, peer }: Outcome, index: number): boolean {
  return peer === 'stage' ? index === 0 : label.startsWith('this, all workers');
}

const ratioHeader = (form: string | undefined, count: number) => (count > 1 ? `× this, ${form}` : '× this');

function timeCells({ times, notRun, missing }: Outcome): string[] {
  if (notRun) return [`not run: ${notRun}`, ''];
  if (missing) return [`missing: ${missing}`, ''];
  if (!times || times.length === 0) return ['FAILED', ''];
  return [
    formatNumber(median(times)),
    `${formatNumber(Math.min(...times))} – ${formatNumber(Math.max(...times))}`,
  ];
}

const medianCell = (values: readonly number[] | undefined): string =>
  values?.length ? formatNumber(median(values)) : '';

function ratioCell(peer: Outcome, base: Outcome): string {
  const ratio = times(peer, base);
  return ratio === undefined ? '' : formatNumber(ratio);
}

function times(peer: Outcome, base: Outcome): number | undefined {
  return peer.times?.length && base.times?.length ? median(peer.times) / median(base.times) : undefined;
}

function goalLine(goal: Goal, outcomes: Outcome[]): string {
  const peer = outcomes.find((outcome) => outcome.peer === goal.peer || outcome.label === goal.peer);
  const base = outcomes.find(
    (outcome, i) => isBase(outcome, i) && (!goal.form || outcome.form === goal.form),
  );
  const ratio = peer && base && times(peer, base);
  const verdict = ratio === undefined ? 'not measured' : ratio >= goal.times ? 'reached' : 'NOT REACHED';
  const of = goal.form ? ` (${goal.form})` : '';
  return `- goal: ${goal.times}× ${peer?.label ?? goal.peer}${of}: ${verdict}${ratio === undefined ? '' : `, ${formatNumber(ratio)}×`}`;
}

/** Three digits that matter, never more than needed. */
export function formatNumber(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return value.toFixed(value >= 10 ? 1 : value >= 1 ? 2 : 3);
}

/** A Markdown table with its columns aligned, so that it reads in a terminal too; numbers to the right. */
export function table([header, ...lines]: string[][]): string {
  const widths = header.map((_, i) => Math.max(...[header, ...lines].map((line) => line[i].length)));
  const left = (i: number) => i === 0;
  const format = (line: string[]) =>
    `| ${line.map((cell, i) => (left(i) || /[a-z]: /.test(cell) ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(' | ')} |`;
  const rule = `|${widths.map((width, i) => (left(i) ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [format(header), rule, ...lines.map(format)].join('\n');
}
