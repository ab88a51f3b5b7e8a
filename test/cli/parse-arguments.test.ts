import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseArguments } from '#dist/cli/parse-arguments.js';
import { UsageError } from '#dist/cli/usage-error.js';

const rules = {
  input: { takes: 'texts', short: 'i' },
  to: { takes: 'text' },
  jobs: { takes: 'text', short: 'j' },
  force: { takes: 'flag', short: 'f' },
} as const;
const parse = (line: string) => parseArguments(line.split(' '), rules);
const misuse = (line: string, message: RegExp) =>
  assert.throws(
    () => parse(line),
    (error) => error instanceof UsageError && message.test(error.message),
    line,
  );

describe('parseArguments', () => {
  it('divides options and positional arguments, in any order', () => {
    const args = parse('a.ts --input x.csv --to=out.csv y.csv -i z.csv -f');
    assert.deepEqual(args.positionals, ['a.ts', 'y.csv']);
    assert.deepEqual(args.texts('input'), ['x.csv', 'z.csv']);
    assert.equal(args.text('to'), 'out.csv');
    assert.equal(args.has('force'), true);
    assert.equal(args.has('jobs'), false);
    assert.equal(args.text('jobs'), undefined);
  });

  it('takes values that begin with a dash', () => {
    for (const line of ['--jobs -1', '--jobs=-1', '-j -1', '-j-1'])
      assert.equal(parse(line).text('jobs'), '-1');
  });

  it('takes the last of two values, and everything after -- as it is', () => {
    assert.equal(parse('--to a --to b').text('to'), 'b');
    assert.deepEqual(parse('-- --to').positionals, ['--to']);
  });

  it('names mistakes', () => {
    misuse('--jbos 2', /^there is no option --jbos; did you mean --jobs\?$/);
    misuse('--out x.csv', /^there is no option --out; did you mean --to\?$/);
    misuse('--workers 2', /^there is no option --workers; did you mean --jobs\?$/);
    misuse('--select a', /^there is no option --select$/);
    misuse('-x', /^there is no option -x$/);
    misuse('--to', /^--to needs a value$/);
    misuse('--to --force', /^--to needs a value$/);
    misuse('--to=', /^--to needs a value$/);
    misuse('--to ', /^--to needs a value$/);
    misuse('--input= x', /^--input needs a value$/);
    misuse('--input --to=x', /^--input needs a value$/);
    misuse('--force=yes', /^--force takes no value$/);
    misuse('--constructor 1', /^there is no option --constructor$/);
    misuse('--__proto__ 1', /^there is no option --__proto__$/);
  });
});
