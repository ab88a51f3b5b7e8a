import { scriptArguments } from './script-arguments.js';

const USAGE = `Usage: npm run bench -- [PART ...] [options]

Measures the cases whose name has one of these parts; all without any. CONTRIBUTING.md says more.

  --rounds N        how often each entrant runs: 5, or 2 with --quick
  --quick           a tenth of the rows; nothing is stored
  --without PEER    leaves an entrant out; may be given several times`;

/** Reads the command line of the benchmark: its options, and parts of names of cases. */
export const benchArguments = () =>
  scriptArguments(
    USAGE,
    {
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      without: { type: 'string', multiple: true, default: [] },
    },
    Number.POSITIVE_INFINITY,
  );
