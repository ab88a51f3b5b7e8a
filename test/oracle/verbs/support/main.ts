/**
 * `npm run test:oracle:verbs`: random cases of transformParallel, filterParallel and cogroup, on frames and
 * on data sets in memory and spilled.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runRandomCases } from '../../random-cases.js';
import type { VerbAnswer, VerbCase } from './case.js';
import { verbMismatch } from './check.js';
import { drawVerbCase } from './draw-case.js';

await runRandomCases<VerbCase, VerbAnswer>({
  server: 'verbs_server.py',
  record: 'verbs/cases.json',
  name: 'verbCase',
  draw: drawVerbCase,
  mismatch: (verbCase, answer) =>
    verbMismatch(verbCase, answer, mkdtempSync(join(tmpdir(), 'verbs-oracle-'))),
  kindOf: ({ verb, memory }) => `${verb}, ${memory}`,
});
