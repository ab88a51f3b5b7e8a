// Installs what some tests need beyond `npm ci`: other versions of Node, other compilers and test runners,
// and packages that the lock file cannot hold. A test that misses one is skipped and says so.
//   node scripts/extras.js      installs them; .ci/run does, and with its APPLY_PARALLEL_ALL=1 none may miss
// They lie outside node_modules, which `npm ci` clears, in APPLY_PARALLEL_EXTRAS or else in the system's
// temporary folder.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { argv, env, platform } from 'node:process';
import { fileURLToPath } from 'node:url';

const system = `${platform === 'win32' ? 'win' : platform}-${process.arch}`;

function polarsPlatform() {
  if (platform === 'darwin') return `darwin-${process.arch}`;
  if (platform === 'win32') return `win32-${process.arch}-msvc`;
  const glibc = process.report.getReport().header.glibcVersionRuntime;
  return `${platform}-${process.arch}-${glibc ? 'gnu' : 'musl'}`;
}

function bunPlatform() {
  const name = { win32: 'windows', darwin: 'darwin' }[platform] ?? 'linux';
  const isMusl = name === 'linux' && !process.report.getReport().header.glibcVersionRuntime;
  return `${name}-${process.arch === 'arm64' ? 'aarch64' : process.arch}${isMusl ? '-musl' : ''}`;
}

/** Folder name -> what npm installs there. Exact versions, so that a new release breaks nothing by itself. */
const packages = {
  'node-22': `npm:node-${system}@22.23.3`,
  'node-24': `npm:node-${system}@24.21.0`,
  'node-26': `npm:node-${system}@26.10.0`,
  // The program alone: the package `bun` would fetch it with an install script.
  bun: `npm:@oven/bun-${bunPlatform()}@1.4.5`,
  express: '5.3.0',
  rollup: '4.68.8',
  '@rollup/plugin-node-resolve': '16.0.3',
  webpack: '5.113.0',
  'ts-node': '10.9.2',
  typescript: '5.9.3',
  // The oldest compilers that the public types are tested with, up to the newest, which is a dependency.
  'typescript-5.6': 'npm:typescript@5.6.3',
  'typescript-5.7': 'npm:typescript@5.7.3',
  'typescript-5.8': 'npm:typescript@5.8.3',
  'typescript-6': 'npm:typescript@6.0.3',
  vitest: '4.1.12',
  // It has a package for each platform, and a lock file with one of them would fail on the others. They ask
  // for Node 22, so npm on Node 20 leaves them out without a word; they work there, and named outright they
  // are installed.
  'nodejs-polars': '0.26.1',
  [`nodejs-polars-${polarsPlatform()}`]: '0.26.1',
};

const version = createHash('sha256').update(JSON.stringify(packages)).digest('hex').slice(0, 12);
/** The folder that has them. */
export const folder = join(
  env.APPLY_PARALLEL_EXTRAS ?? join(tmpdir(), `apply-parallel-extras-${userInfo().username}`),
  version,
);

/**
 * The path of a file of an extra, or undefined when it is not installed. Where all of them are required that
 * is an error.
 */
export function extra(name, file) {
  const path = join(folder, 'node_modules', name, file);
  if (existsSync(path)) return path;
  if (env.APPLY_PARALLEL_ALL === '1')
    throw new Error(`${path} is missing: run node scripts/extras.js, or unset APPLY_PARALLEL_ALL`);
  return undefined;
}

/** The program of another version of Node. */
export function otherNode(major) {
  return extra(`node-${major}`, platform === 'win32' ? 'bin/node.exe' : 'bin/node');
}

/** The program of Bun. */
export function bun() {
  return extra('bun', platform === 'win32' ? 'bin/bun.exe' : 'bin/bun');
}

/**
 * Installs into a fresh folder that gets its name once it is complete: two that install at a time do not
 * meet, and nobody uses half of one.
 */
function install() {
  if (existsSync(folder)) return;
  mkdirSync(dirname(folder), { recursive: true });
  const fresh = mkdtempSync(`${folder}-`);
  try {
    writeFileSync(join(fresh, 'package.json'), JSON.stringify({ private: true, dependencies: packages }));
    const args = [
      'install',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--no-package-lock',
      '--loglevel=error',
    ];
    const { status, error } = spawnSync('npm', args, {
      cwd: fresh,
      stdio: 'inherit',
      shell: platform === 'win32',
    });
    if (error) throw error;
    if (status !== 0) throw new Error(`npm install ended with ${status}`);
    if (!existsSync(folder)) renameSync(fresh, folder);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  install();
  console.log(`${Object.keys(packages).join(', ')} are in ${folder}`);
}
