import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { otherNode } from '../../scripts/extras.js';
import { createProject, type Output, type Project } from './support/project.js';

/* The program `apply-parallel` of the package as npm packs it. */

const SALES = `category,store,price
tea,A,1
cake,B,2
tea,B,5
cake,A,
,A,7
`;

const FEATURES = `
import type { GroupContext } from 'apply-parallel';

interface Group {
  readonly category: unknown;
  readonly price: Float64Array;
}
const total = (price: Float64Array): number => price.reduce((sum, value) => sum + (value || 0), 0);

export default function share(group: Group, { rate = 1 }: { rate?: number } = {}) {
  const all = total(group.price);
  return { category: group.category, share: group.price.map((price) => (price / all) * rate) };
}
export function broken({ price }: Group, { key }: GroupContext) {
  if (key === 'tea') throw new Error('no tea today');
  return { price };
}
export const slow = async (_: Group, { key }: GroupContext) => {
  await new Promise((resolve) => setTimeout(resolve, 60_000));
  return { key: [key] };
};
export const options = { input: 'columns' };
`;

describe('the program', { concurrency: 2 }, () => {
  let project: Project;
  const program = () => join('node_modules', 'apply-parallel', 'dist', 'cli.js');
  const run = (...args: string[]): Promise<Output> => project.node(program(), ...args);
  const place = (...path: string[]) => join(project.path, ...path);
  const read = (path: string) => readFileSync(place(path), 'utf8');

  before(async () => {
    project = await createProject();
    await project.write('sales.csv', SALES);
    await project.write('features.ts', FEATURES);
  });
  after(() => project.remove());

  const succeed = async (...args: string[]) => {
    const { code, stdout, stderr } = await run(...args);
    assert.equal(code, 0, stderr);
    return { stdout, stderr };
  };
  /** The code, and what the program says on standard error without the progress. */
  const fail = async (...args: string[]) => {
    const { code, stdout, stderr } = await run(...args);
    assert.equal(stdout, '');
    return { code, message: stderr.replace(/^apply-parallel: (?:\d+ of|finding|reading) .*\n/gm, '') };
  };

  it('is the bin of the package', () => {
    const { bin } = JSON.parse(readFileSync(place('node_modules/apply-parallel/package.json'), 'utf8'));
    assert.deepEqual(bin, { 'apply-parallel': 'dist/cli.js' });
    assert.match(readFileSync(place(program()), 'utf8'), /^#!\/usr\/bin\/env node\n/);
  });

  it('runs a function of a TypeScript module, and writes the results', async () => {
    const to = ['--to', 'out.csv', '--jobs', '-1', '--set', 'rate=6'];
    const { stdout } = await succeed('run', 'features.ts', '--input', 'sales.csv', '--by', 'category', ...to);
    assert.equal(read('out.csv'), 'category,share\ncake,6.0\ncake,\ntea,1.0\ntea,5.0\n');
    assert.match(stdout, /^4 rows × 2 columns, 46 bytes in out\.csv, 2 groups in \d+(\.\d)? s\n$/);
  });

  it('prints rows where nothing is to be written', async () => {
    const { stdout } = await succeed(
      'run',
      'features.ts',
      '-i',
      'sales.csv',
      '-b',
      'category,store',
      '-j',
      '1',
    );
    const rows = [
      'category  share',
      'cake        NaN',
      'cake          1',
      'tea           1',
      'tea           1',
    ];
    assert.match(stdout, new RegExp(`^${rows.join('\\n')}\\n\\n4 rows × 2 columns`, 'm'));
  });

  it('says nothing with --quiet, and draws the report', async () => {
    const quiet = ['--quiet', '--to', 'quiet.parquet', '--report', 'report.svg'];
    const { stdout, stderr } = await succeed('run', 'features.ts', 'sales.csv', '--by', 'category', ...quiet);
    assert.equal(stdout + stderr, '');
    assert.match(read('report.svg'), /^<svg /);
    const shown = await succeed('schema', 'quiet.parquet');
    assert.match(shown.stdout, /^share +Float64 +(?:yes|no)$/m);
  });

  it('replaces a file with --force alone', async () => {
    await project.write('there.csv', 'old');
    const args = ['run', 'features.ts', '-i', 'sales.csv', '-b', 'category', '--to', 'there.csv', '-q'];
    assert.deepEqual(await fail(...args), {
      code: 1,
      message: 'apply-parallel: there.csv exists; --force replaces it\n',
    });
    assert.equal(read('there.csv'), 'old');
    await succeed(...args, '--force');
    assert.match(read('there.csv'), /^category,share\n/);
  });

  it('takes keys and options from the module, and several files that the shell found', async () => {
    await project.write(
      'by-store.mjs',
      `export const by = ['store', 'category'];
       export const options = { input: 'records', groupKeys: true, nJobs: 1 };
       export const count = (rows, { key }) => ({ n: rows.length, key: key.join('/') });`,
    );
    await project.write('more.csv', 'category,store,price\ntea,A,2\n');
    await succeed('run', 'by-store.mjs', '--input', 'sales.csv', 'more.csv', '--to', 'counts.csv', '-q');
    assert.equal(
      read('counts.csv'),
      'store,category,n,key\nA,cake,1.0,A/cake\nA,tea,2.0,A/tea\nB,cake,1.0,B/cake\nB,tea,1.0,B/tea\n',
    );
  });

  it('takes key makers from TypeScript that tsx makes CommonJS', async () => {
    await project.write('days.csv', 'at,n\n2024-01-02,1\n2024-02-03,2\n2024-01-04,3\n');
    await project.write(
      'by-month.ts',
      `import { every } from 'apply-parallel';
       export const by = every('at', '1mo');
       export const options = { input: 'columns', groupKeys: true };
       export default ({ n }: { n: Int32Array }) => ({ sum: [n.reduce((a, b) => a + b, 0)] });`,
    );
    const { stdout } = await succeed('run', 'by-month.ts', 'days.csv', '-q');
    assert.equal(stdout, 'at          sum\n2024-01-01    4\n2024-02-01    2\n');
  });

  it('takes files without rows, and without keys', async () => {
    await project.write('empty.csv', 'a,b\n');
    await project.write('nulls.csv', 'a,b\n,1\n');
    for (const file of ['empty.csv', 'nulls.csv']) {
      const { stdout } = await succeed(
        'run',
        'features.ts',
        '--form',
        'arrow',
        file,
        '--by',
        'a',
        '--export',
        'broken',
      );
      assert.match(stdout, /^a {2}b\n\n0 rows × 2 columns, 0 groups/);
    }
    assert.equal((await succeed('head', 'empty.csv')).stdout, 'a  b\n\n0 rows × 2 columns\n');
    assert.equal(
      (await succeed('groups', 'nulls.csv', '-b', 'a')).stdout,
      'a  rows\n\n0 groups, 1 row, 1 row without a key left out\n',
    );
  });

  it('reads the columns that are named, and the keys', async () => {
    await project.write('names.mjs', 'export default (table) => ({ names: [table.schema.names.join()] });');
    const { stdout } = await succeed(
      'run',
      'names.mjs',
      'sales.csv',
      '-b',
      'store',
      '--columns',
      'price',
      '-q',
    );
    assert.equal(stdout, 'names\nprice,store\nprice,store\n');
  });

  it('takes functions of CommonJS modules', async () => {
    await project.write('count.cjs', 'module.exports = (table) => ({ n: [table.numRows] });');
    const { stdout } = await succeed('run', 'count.cjs', 'sales.csv', '--by', 'category', '-q');
    assert.equal(stdout, 'n\n2\n2\n');
  });

  it('shows rows, columns and groups', async () => {
    assert.equal(
      (await succeed('head', 'sales.csv', '-n', '2')).stdout,
      [
        'category  store  price',
        'tea       A          1',
        'cake      B          2',
        '',
        'the first 2 rows × 3 columns',
        '',
      ].join('\n'),
    );
    assert.equal(
      (await succeed('head', 'sales.csv', '--where', 'store=A', '--where', 'price>1', '--columns', 'price'))
        .stdout,
      'price\n    7\n\n1 row × 1 column\n',
    );
    assert.match(
      (await succeed('schema', 'sales.csv')).stdout,
      /^price +Int32 +yes$[\s\S]*^1 file, \d+ bytes$/m,
    );
    const groups = [
      'category  store  rows',
      'cake      A         1',
      'cake      B         1',
      'tea       A         1',
    ];
    assert.equal(
      (await succeed('groups', 'sales.csv', '--by', 'category,store', '-n', '3')).stdout,
      `${groups.join('\n')}\n\n3 of 4 groups, 5 rows, 1 row a group, 1 row without a key left out\n`,
    );
  });

  it('keeps to the memory that it may take', async () => {
    const args = ['run', 'features.ts', 'sales.csv', '--by', 'category', '--memory'];
    assert.match(
      (await fail(...args, '20')).message,
      /^apply-parallel: group 'cake' has 2 rows .*--memory is/,
    );
    const lines = Array.from(
      { length: 20_000 },
      (_, row) => `${['tea', 'cake', 'milk', 'bread'][row % 4]},${row}`,
    );
    await project.write('many.csv', `category,price\n${lines.join('\n')}\n`);
    const { stdout } = await succeed(
      'run',
      'features.ts',
      'many.csv',
      '-b',
      'category',
      '--memory',
      '150KB',
      '--spill-to',
      '.',
      '-o',
      'many.arrow',
    );
    assert.match(stdout, /^20,000 rows × 2 columns, .* in many\.arrow, 4 groups in /);
    assert.match((await succeed('head', 'many.arrow', '-n', '1')).stdout, /^bread .*\n\n1 of 20,000 rows/m);
  });

  it('reads CSV of another dialect', async () => {
    await project.write('euro.csv', 'a;b\n1,5;x\n');
    const { stdout } = await succeed('head', 'euro.csv', '--csv', 'delimiter=;', '--csv', 'decimal=,');
    assert.ok(stdout.startsWith('  a  b\n1.5  x\n'), stdout);
  });

  it('says how many lines it has left out', async () => {
    await project.write('torn.csv', 'category,price\ntea,1\ntea\ntea,3\n');
    const { message } = await fail('run', 'features.ts', 'torn.csv', '-b', 'category');
    assert.match(message, /line 3: it has 1 value, .*; --csv onBadLine=skip leaves such lines out\n$/);
    const { stdout, stderr } = await succeed(
      ...['run', 'features.ts', 'torn.csv', '-b', 'category', '--csv', 'onBadLine=skip'],
    );
    assert.match(stdout, /^2 rows × 2 columns/m);
    const leftOut = 'apply-parallel: left out 1 line of the files, as onBadLine says\n';
    assert.ok(stderr.endsWith(leftOut), stderr);
    for (const command of [['head'], ['groups', '--by', 'category']]) {
      const shown = await succeed(...command, 'torn.csv', '--csv', 'onBadLine=skip');
      assert.equal(shown.stderr, leftOut);
      assert.match(shown.stdout, /2 rows/);
    }
  });

  it('tells the failing group and the line of the user’s code, without stacks of its own', async () => {
    const { code, message } = await fail(
      'run',
      'features.ts',
      'sales.csv',
      '-b',
      'category',
      '--export',
      'broken',
      '--to',
      'b.csv',
    );
    assert.equal(code, 1);
    assert.match(
      message,
      /^apply-parallel: group 'tea' failed: Error: no tea today\n {4}at broken \(.*features\.ts:15:\d+\)\n$/,
    );
    assert.deepEqual(
      readdirSync(project.path).filter((name) => name.startsWith('b.csv')),
      [],
    );
  });

  it('tells mistakes in the command line, and exits with 2', async () => {
    const hint = 'apply-parallel run --help says more\n';
    for (const [args, message] of [
      [['run'], `MODULE is missing: the file with the function\n${hint}`],
      [['run', 'features.ts'], `--input is missing: the files with the rows\n${hint}`],
      [
        ['run', 'features.ts', 'sales.csv'],
        `--by is missing: the columns whose values make the groups\n${hint}`,
      ],
      [
        ['run', 'features.ts', 'sales.csv', '--by', 'categry'],
        `--by: there is no column categry; did you mean category?\n${hint}`,
      ],
      [
        ['run', 'features.ts', 'sales.csv', '--by', 'category', '--export', 'shrae'],
        `features.ts exports the functions broken, default, slow: there is no shrae\n${hint}`,
      ],
      [
        ['run', 'features.ts', 'sales.csv', '--by', 'category', '--where', 'pric>3'],
        `--where names 'pric', which no file has; did you mean 'price'?\n${hint}`,
      ],
      [
        ['head', 'sales.csv', '--where', 'price>abc'],
        `--where price compares a column of type Int32 with 'abc'\napply-parallel head --help says more\n`,
      ],
      [
        ['head', 'sales.csv', '--csv', 'delimitr=;'],
        "--csv has no option 'delimitr'; did you mean 'delimiter'?\napply-parallel head --help says more\n",
      ],
      [
        ['run', 'features.ts', 'sales.csv', '--by', 'category', '--to', 'x.parqet'],
        '--to: the name x.parqet says no format: end it in .parquet, .arrow, .feather, .csv, .tsv or .csv.gz, ' +
          `in / for a folder of Parquet files\n${hint}`,
      ],
      [
        ['run', 'features.ts', 'sales.csv', '--by', 'category', '--set', 'rat=2', '--export', 'default'],
        `--set: the function share takes no value rat; did you mean rate?\n${hint}`,
      ],
      [
        ['run', 'features.ts', 'sales.csv', '--job', '2'],
        `there is no option --job; did you mean --jobs?\n${hint}`,
      ],
      [
        ['run', 'features.ts', 'sales.csv', '--jobs', '0'],
        `--jobs must not be 0: -1 is one worker a core, 1 none\n${hint}`,
      ],
      [
        ['run', 'features.ts', 'sales.csv', '--memory', 'lots'],
        "--memory must be a positive number of bytes, a text such as '4GB', or a share of the memory " +
          `such as 0.5, got lots\n${hint}`,
      ],
      [['run', 'sales.csv', 'sales.csv'], `MODULE must be a .ts, .js or .mjs file, got sales.csv\n${hint}`],
      [
        ['haed', 'sales.csv'],
        'there is no command haed; did you mean head?\napply-parallel --help says more\n',
      ],
      [['hlep'], 'there is no command hlep; did you mean help?\napply-parallel --help says more\n'],
      [['--hlep'], 'there is no option --hlep; did you mean --help?\napply-parallel --help says more\n'],
      [
        ['run', 'features.ts', 'sales.csv', '--spill-to', 'nowhere'],
        `--spill-to: there is no folder ${place('nowhere')}\n${hint}`,
      ],
      [['run', 'features.ts', 'sales.csv', '--spill-to='], `--spill-to needs a value\n${hint}`],
      [['run', 'features.ts', 'sales.csv', '--by', 'store', '--to='], `--to needs a value\n${hint}`],
      [
        ['run', 'features.ts', 'sales.csv', '--by', 'store', '--csv', 'onBadLine=warn'],
        `--csv onBadLine must be 'throw' or 'skip', got 'warn'\n${hint}`,
      ],
      // Mistakes in the command line come before files that are there.
      [
        ['run', 'features.ts', 'sales.csv', '--to', 'sales.csv'],
        `--by is missing: the columns whose values make the groups\n${hint}`,
      ],
      [
        ['run', 'features.ts', 'sales.csv', '--by', 'category', '--to', 'sales.csv', '--where', 'price'],
        `--where takes a column and a condition, such as 'price>=10', got price\n${hint}`,
      ],
    ] as const) {
      assert.deepEqual(await fail(...args), { code: 2, message: `apply-parallel: ${message}` });
    }
  });

  it('prints its help without a command, and exits with 2', async () => {
    const { code, message } = await fail();
    assert.equal(code, 2);
    assert.equal(message, (await succeed('--help')).stdout);
  });

  it('tells problems of files and modules, and exits with 1', async () => {
    await project.write('throws.ts', `const x: number = 1;\nthrow new TypeError('bad ' + x);\n`);
    await project.write('syntax.mjs', 'export let let;\n');
    await project.write('torn.parquet', 'PAR1');
    await project.write(
      'stray.mjs',
      `Promise.reject(new Error('nobody waits'));\nexport default () => null;\n`,
    );
    await project.write('waits.mjs', 'export default () => new Promise(() => {});\n');
    for (const [args, message] of [
      [
        ['run', 'stray.mjs', 'sales.csv', '-b', 'store'],
        /^apply-parallel: nobody waits\n {4}at .*stray\.mjs:1:16\)?\n$/,
      ],
      [
        ['run', 'waits.mjs', 'sales.csv', '-b', 'store', '-j', '1'],
        /^apply-parallel: the module or the function waits for something that never comes\n$/,
      ],
      [
        ['head', 'none.parquet'],
        /^apply-parallel: no file is named none\.parquet; the current folder is .*\n$/,
      ],
      [['schema', 'torn.parquet'], /^apply-parallel: .*torn\.parquet.*\n$/],
      [
        ['run', 'throws.ts', 'sales.csv', '-b', 'category'],
        /^apply-parallel: TypeError: bad 1\n {4}at .*throws\.ts:2:7\)?\n/,
      ],
      [
        ['run', 'syntax.mjs', 'sales.csv', '-b', 'category'],
        /^apply-parallel: file:.*syntax\.mjs:1\n.*\n.*\n\nSyntaxError: .*\n$/,
      ],
    ] as const) {
      const result = await fail(...args);
      assert.match(result.message, message);
      assert.equal(result.code, 1);
    }
  });

  it('prints help that fits a screen, and its version', async () => {
    for (const args of [
      ['--help'],
      ['run', '--help'],
      ['help', 'head'],
      ['schema', '-h'],
      ['groups', '--by', '--help'],
    ]) {
      const { stdout } = await succeed(...args);
      const lines = stdout.trimEnd().split('\n');
      assert.match(lines[0], /^Usage: apply-parallel /);
      assert.ok(lines.length <= 24 && lines.every((line) => line.length < 80), stdout);
    }
    const { version } = JSON.parse(readFileSync(place('node_modules/apply-parallel/package.json'), 'utf8'));
    assert.equal((await succeed('--version')).stdout, `${version}\n`);
  });

  it('ends at a signal as such, and leaves nothing', { skip: process.platform === 'win32' }, async () => {
    const args = [
      'run',
      'features.ts',
      'sales.csv',
      '-b',
      'category',
      '--export',
      'slow',
      '--to',
      'slow/out.csv',
    ];
    const child = spawn(process.execPath, [program(), ...args], {
      cwd: project.path,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    // The place is opened before the first group runs.
    while (!existsSync(place('slow')) && child.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 20));
    const ended = new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal })));
    child.kill('SIGINT');
    assert.deepEqual(await ended, { code: null, signal: 'SIGINT' });
    assert.match(stderr, /apply-parallel: interrupted; nothing was written\n$/);
    assert.ok(!existsSync(place('slow')));
  });

  it('ends quietly when nobody reads on', { skip: process.platform === 'win32' }, async () => {
    await project.write('long.csv', `a\n${'1234567890\n'.repeat(50_000)}`);
    const command = `"${process.execPath}" ${program()} head long.csv -n 50000 | head -1`;
    const child = spawn('bash', ['-o', 'pipefail', '-c', command], { cwd: project.path });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    const code = await new Promise((resolve) => child.on('close', resolve));
    assert.deepEqual({ code, output: output.trim() }, { code: 0, output: 'a' });
  });

  describe('without tsx', () => {
    let plain: Project;
    before(async () => {
      plain = await createProject();
      rmSync(join(plain.path, 'node_modules', 'tsx'));
      await plain.write('sales.csv', SALES);
      await plain.write('features.ts', FEATURES);
      await plain.write('kind.ts', 'enum Kind { A }\nexport default () => ({ k: [Kind.A] });\n');
    });
    after(() => plain.remove());

    it('says what Node 20 needs for TypeScript', { skip: !process.version.startsWith('v20.') }, async () => {
      const { code, stderr } = await plain.node(
        program(),
        'run',
        'features.ts',
        'sales.csv',
        '-b',
        'category',
      );
      assert.equal(code, 2);
      assert.match(
        stderr,
        /^apply-parallel: Node 20\.\S+ cannot run features\.ts: install tsx .* or use Node 22\.18 or newer\n/,
      );
    });

    for (const major of [22, 24] as const) {
      const node = otherNode(major);
      it(`runs TypeScript on Node ${major}`, {
        skip: !node && 'node scripts/extras.js installs it',
      }, async () => {
        const run = (...args: string[]) => plain.nodeOf(node as string, program(), ...args);
        const { code, stdout, stderr } = await run('run', 'features.ts', 'sales.csv', '-b', 'category', '-q');
        assert.equal(stderr, '');
        assert.match(stdout, /^category {3}share\ncake {6}1\.0000\n/);
        assert.equal(code, 0);
        const enums = await run('run', 'kind.ts', 'sales.csv', '-b', 'category', '-q');
        assert.match(
          enums.stderr,
          /^apply-parallel: Node only removes types, and kind\.ts has more: .*Install tsx/,
        );
        assert.equal(enums.code, 2);
      });
    }
  });
});
