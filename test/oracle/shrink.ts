import { tableFromIPC, tableToIPC } from 'apache-arrow';
import type { OracleCase } from './case.js';
import { takeRows } from './columns.js';
import { functions } from './functions.js';

interface Failing {
  readonly oracleCase: OracleCase;
  readonly difference: string;
}

/** Runs cases: what differs in each. */
type Try = (cases: readonly OracleCase[]) => Promise<(string | undefined)[]>;

const MAX_ROUNDS = 60;

/** A smaller case that still fails: rows and columns are left out as long as both sides go on to differ. */
export async function shrink(oracleCase: OracleCase, difference: string, attempt: Try): Promise<Failing> {
  let failing: Failing = { oracleCase, difference };
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const candidates = smaller(failing.oracleCase);
    const outcomes = await attempt(candidates);
    const at = outcomes.findIndex((outcome) => outcome !== undefined && isSameKind(outcome, difference));
    if (at < 0) break;
    failing = { oracleCase: candidates[at], difference: outcomes[at] as string };
  }
  return failing;
}

/** A case that fails in pandas is no smaller form of one that does not. */
const isSameKind = (a: string, b: string): boolean =>
  a.startsWith('pandas failed') === b.startsWith('pandas failed');

function smaller(oracleCase: OracleCase): OracleCase[] {
  const { spec } = oracleCase;
  const table = tableFromIPC(oracleCase.input);
  const rows = Array.from({ length: table.numRows }, (_, row) => row);
  const needed = [...spec.by, ...(functions[spec.function].needs ?? [])];
  const names = table.schema.names.map(String);
  const withoutColumns = names
    .filter((name) => !needed.includes(name))
    .map((name) => table.select(names.filter((other) => other !== name)));
  const pieces = rows.length > 12 ? 4 : rows.length;
  const withoutRows = Array.from({ length: pieces }, (_, piece) => {
    const from = Math.floor((rows.length * piece) / pieces);
    const to = Math.floor((rows.length * (piece + 1)) / pieces);
    return takeRows(table, [...rows.slice(0, from), ...rows.slice(to)]);
  });
  const simpler =
    spec.how.backend === 'inline' ? [] : [{ ...spec, how: { backend: 'inline' as const, nJobs: 1 } }];
  return [
    ...simpler.map((changed) => ({ ...oracleCase, spec: changed })),
    ...[...withoutColumns, ...withoutRows].map((changed) => ({
      ...oracleCase,
      input: tableToIPC(changed, 'file'),
    })),
  ];
}
