import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Runs a script. One that began its work would run until it is ended. */
function run(script: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    cwd: root,
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { status, stdout, stderr };
}

const scripts = {
  'scripts/bench.js': '--rounds, --quick, --without, --help',
  'scripts/build-kernel.js': '--check, --help',
  'scripts/build-proto.js': '--check, --help',
  'scripts/check-imports.js': '--help',
  'scripts/check-loaded.js': '--list, --help',
  'scripts/soak.js': '--help',
  'scripts/start.js': '--rows, --out, --help',
  'site/build.js': '--serve, --help',
};

describe('scripts', () => {
  for (const [script, options] of Object.entries(scripts)) {
    it(`say how they are called: ${script}`, () => {
      const { status, stdout, stderr } = run(script, '--help');
      assert.deepEqual([status, stderr], [0, '']);
      assert.match(stdout, /^Usage: /);
      const wrong = run(script, '--nonsense');
      assert.deepEqual([wrong.status, wrong.stdout], [2, '']);
      assert.equal(wrong.stderr, `there is no option --nonsense; the options are ${options}\n\n${stdout}`);
    });
  }

  it('say how they are called: scripts/test.js, whose other options go to Node', () => {
    assert.match(run('scripts/test.js', '--help').stdout, /^Usage: node scripts\/test\.js/);
  });

  it('refuse arguments that they do not read, and values that are missing', () => {
    assert.match(run('scripts/build-kernel.js', 'all').stderr, /^there is no argument all\n/);
    assert.match(run('scripts/start.js', '--rows').stderr, /^Option '--rows <value>' argument missing\n/);
  });
});
