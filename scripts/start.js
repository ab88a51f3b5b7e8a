// npm start: everything a fresh clone needs, then the main job. Uses nothing but Node: node_modules may not
// be there yet.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scriptArguments } from './script-arguments.js';
import { findPython, timePython } from './time-python.js';

const USAGE = `Usage: npm start -- [--rows N] [--out FILE]

  --rows N      takes the first rows alone
  --out FILE    where the features go; out/flights-features.parquet by default`;
// The job reads them again.
scriptArguments(USAGE, { rows: { type: 'string' }, out: { type: 'string' } });

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The child that is running, and the signal that ended it all. */
let running;
let stoppedBy;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    stoppedBy = signal;
    // Ctrl-C in a terminal has reached the child already; a signal sent to this process alone has not.
    setTimeout(() => running?.kill(signal), signal === 'SIGINT' ? 200 : 0).unref();
    setTimeout(() => running?.kill('SIGKILL'), 3000).unref();
  });
}

if (!isInstalled())
  await step('Installed packages', 'npm', 'ci', '--no-audit', '--no-fund', '--loglevel=error');
await step('Built', 'npm', 'run', '--silent', 'build');
console.log();
const args = process.argv.slice(2);
const begun = performance.now();
const { code } = await run(process.execPath, ['--import', 'tsx', 'examples/flights.ts', ...args], 'inherit');
if (code === 0 && args.length === 0) await compareWithPython((performance.now() - begun) / 1000);
process.exit(code);

/** Prints how long the same job takes with pandas and joblib; both times are of the whole program. */
async function compareWithPython(seconds) {
  const found = findPython();
  if (found === undefined) {
    console.log('\nWith pandas and joblib (npm run bench:setup), npm start also times this job in Python.');
    return;
  }
  const took = await timePython(found, (command, args) => run(command, args, ['ignore', 'pipe', 'pipe']));
  if (took === undefined) return;
  console.log(
    `\nFrom start to end ${seconds.toFixed(1)} s. The same with pandas ${found.pandas} and joblib took ` +
      `${took.toFixed(1)} s, ${(took / seconds).toFixed(1)} times as long: bench/jobs/flights.py`,
  );
}

/** Runs silently: one line when it is done, everything it said when it failed. */
async function step(done, command, ...args) {
  const begun = performance.now();
  const { code, output } = await run(command, args, ['ignore', 'pipe', 'pipe']);
  if (code !== 0) {
    if (!stoppedBy) console.error(`${[command, ...args].join(' ')} failed:\n\n${output.trim()}`);
    process.exit(code);
  }
  console.log(`${done} in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
}

/** Runs a command in the root folder, to its end. */
function run(command, args, stdio) {
  return new Promise((resolve) => {
    // On Windows npm is a batch file, which only a shell starts.
    running = spawn(command, args, {
      cwd: root,
      stdio,
      shell: process.platform === 'win32' && command === 'npm',
    });
    let output = '';
    const collect = (text) => {
      output += text;
    };
    running.stdout?.setEncoding('utf8').on('data', collect);
    running.stderr?.setEncoding('utf8').on('data', collect);
    running.on('error', (error) => resolve({ code: 1, output: String(error) }));
    running.on('close', (code, signal) => {
      const ending = stoppedBy ?? signal;
      resolve({ code: ending ? 128 + constants.signals[ending] : code, output });
    });
  });
}

/**
 * Tells whether every package of package-lock.json is there, in its version. npm notes what it has installed
 * in a lock file of its own.
 */
function isInstalled() {
  try {
    const wanted = packagesOf('package-lock.json');
    const present = packagesOf('node_modules/.package-lock.json');
    return Object.entries(wanted).every(
      ([path, { version, optional }]) => path === '' || optional || present[path]?.version === version,
    );
  } catch {
    return false;
  }
}

function packagesOf(lockFile) {
  return JSON.parse(readFileSync(join(root, lockFile), 'utf8')).packages;
}
