// Checks that docs/architecture.md names only files that exist, and has a row for every folder of src/; `npm
// run lint` runs it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PAGE = 'docs/architecture.md';
const src = join(dirname(fileURLToPath(import.meta.url)), '..', 'src');

const entries = readdirSync(src, { recursive: true }).map((path) => path.replaceAll('\\', '/'));
const folders = entries.filter((path) => !/\.[a-z]+$/.test(path));
const lines = readFileSync(join(src, '..', PAGE), 'utf8').split('\n');
const rows = lines.map((line) => /^\| `([\w/-]+)\/` \| (?!.* \| )/.exec(line)?.[1]);

const breaches = [
  ...lines.flatMap((line, i) =>
    missingIn(line, rows[i]).map((name) => `${PAGE}:${i + 1}: there is no ${name}`),
  ),
  ...folders
    .filter((folder) => !rows.includes(folder))
    .map((folder) => `${PAGE}: the table "The folders" lacks ${folder}/`),
];
if (breaches.length > 0) {
  console.error(breaches.join('\n'));
  console.error('\nWrite the names of today into the page.');
  process.exit(1);
}
console.log(`Checked the files that ${PAGE} names.`);

/**
 * Returns the files that a line names and that do not exist. In the row of a folder, names are relative to
 * it, else to src/.
 */
function missingIn(line, folder = '') {
  const names = [...line.matchAll(/`([\w./*-]+\.c?ts)`/g)].map((match) => match[1]);
  return names.map((name) => join(folder, name)).filter((path) => !exists(path));
}

function exists(path) {
  if (!path.includes('*')) return existsSync(join(src, path));
  const pattern = new RegExp(`^${path.replaceAll('.', '\\.').replace('*', '[\\w-]*')}$`);
  return path === '*.ts' || entries.some((entry) => pattern.test(entry));
}
