import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { PandasServer } from './pandas-server.js';
import { findPython } from './python.js';

const root = join(import.meta.dirname, '..', '..');
const BATCH = 100;

/** Random cases of one part of this package, which a Python server answers with pandas. */
export interface RandomCases<Case, Answer extends object & { readonly error?: string }> {
  /** The Python server, in fixtures/. */
  readonly server: string;
  /** The file of recorded cases, in fixtures/, and what a case is called there. */
  readonly record: string;
  readonly name: string;
  draw(seed: number): Case;
  /** Runs a case through this package; returns the difference in words. */
  mismatch(drawn: Case, answer: Answer): string | undefined | Promise<string | undefined>;
  /** Returns the kind of a case; how many of each kind there were is printed. */
  kindOf?(drawn: Case): string;
}

/**
 * Runs `--cases N --seed S` random cases through this package and through pandas. `--case C` runs one again,
 * `--record N` writes the first N cases, and what pandas made of them, to the file of recorded cases.
 */
export async function runRandomCases<Case, Answer extends object & { readonly error?: string }>({
  server,
  record,
  name,
  draw,
  mismatch,
  kindOf,
}: RandomCases<Case, Answer>): Promise<void> {
  const { values: options } = parseArgs({
    options: {
      cases: { type: 'string', default: '1000' },
      seed: { type: 'string', default: String(Date.now() % 1e6) },
      case: { type: 'string' },
      record: { type: 'string' },
    },
  });
  const count = options.case ? 1 : Number(options.record ?? options.cases);
  const first = options.case ? Number(options.case) : options.record ? 1 : Number(options.seed) * 1_000_003;
  const pandas = new PandasServer<Case, Answer>(findPython(), server);
  const recorded: string[] = [];
  const met = new Map<string, number>();
  let mismatches = 0;
  let refused = 0;
  for (let from = 0; from < count; from += BATCH) {
    const seeds = Array.from(
      { length: Math.min(BATCH, count - from) },
      (_, k) => (first + from + k) % 2 ** 31,
    );
    const cases = seeds.map(draw);
    const answers = await pandas.ask(cases);
    for (const [k, drawn] of cases.entries()) {
      const answer = answers[k];
      const difference = await mismatch(drawn, answer);
      recorded.push(
        JSON.stringify({ [name]: drawn, answer: { ...answer, ...(answer.error && { error: 'refused' }) } }),
      );
      const kind = kindOf?.(drawn) ?? '';
      met.set(kind, (met.get(kind) ?? 0) + 1);
      if (answer.error !== undefined) refused++;
      if (difference === undefined) continue;
      mismatches++;
      if (mismatches > 10) continue;
      console.error(
        `\nMISMATCH, to be run again with --case ${seeds[k]}\n${JSON.stringify(drawn)}\n${difference}`,
      );
    }
  }
  pandas.stop();
  console.log(`seed ${options.seed}: ${count} cases, ${mismatches} mismatches; pandas refused ${refused}`);
  if (kindOf) console.log(Array.from(met, ([kind, cases]) => `${kind} ${cases}`).join('; '));
  if (options.record && mismatches === 0) {
    const path = join(root, 'fixtures', record);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `[\n${recorded.join(',\n')}\n]\n`);
  }
  process.exitCode = mismatches > 0 ? 1 : 0;
}
