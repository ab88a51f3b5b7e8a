import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scriptArguments } from '../scripts/script-arguments.js';
import { checkAnchors } from './check-anchors.js';
import { writeForModels } from './llms.js';
import { addDanfo, nameModules, writePages } from './pages.js';
import { tidyReference } from './reference.js';

/*
 * npm run docs: builds docs/ as a site in site/dist, with the reference made from the published types.
 */

const USAGE = `Usage: node site/build.js [--serve]

  --serve   then serves the site, as vitepress preview does

DOCS_BASE=/apply-parallel/ is for a site that does not lie at the root of its host.`;
const { serve } = scriptArguments(USAGE, { serve: { type: 'boolean' } }).values;

const site = dirname(fileURLToPath(import.meta.url));
const root = join(site, '..');
const base = process.env.DOCS_BASE ?? '/';

if (!existsSync(join(root, 'dist', 'index.d.ts'))) throw new Error('Build the package first: npm run build');
if (isStale()) run('npm', ['ci', '--no-audit']);
rmSync(join(site, '.cache'), { recursive: true, force: true });
rmSync(join(site, 'dist'), { recursive: true, force: true });
run(bin('typedoc'), []);
tidyReference(join(site, '.cache', 'pages', 'api'));
addDanfo();
nameModules();
writePages();
run(bin('vitepress'), ['build']);
writeForModels(base);
checkAnchors(base);
if (serve) run(bin('vitepress'), ['preview']);

/** Tells whether the lock file is newer than what is installed. */
function isStale() {
  const installed = join(site, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return true;
  return statSync(installed).mtimeMs < statSync(join(site, 'package-lock.json')).mtimeMs;
}

/** Returns the path of a dependency's program, which Node runs. */
function bin(name) {
  const folder = join(site, 'node_modules', name);
  const { bin: bins } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof bins === 'string' ? bins : bins[name]);
}

function run(command, args) {
  const options = { cwd: site, stdio: 'inherit', env: { ...process.env, DOCS_BASE: base } };
  const { status, error } =
    command === 'npm'
      ? spawnSync('npm', args, { ...options, shell: process.platform === 'win32' })
      : spawnSync(process.execPath, [command, ...args], options);
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
