// Checks the imports of src/ against the section "Arrows" of docs/architecture.md; `npm run lint` runs it
// after the linter.
// It fails for a circle between files, for an arrow between folders that the table does not list, and for an
// import of a file inside another folder. Imports of types count like all others; URLs of kernels are no
// imports.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scriptArguments } from './script-arguments.js';

const PAGE = 'docs/architecture.md';
/** The row of the table for the files that lie in src/ itself. */
const LOOSE = '*.ts';

const [given] = scriptArguments('Usage: node scripts/check-imports.js [ROOT]', {}, 1).positionals;
const root = given ?? join(dirname(fileURLToPath(import.meta.url)), '..');
const { rows, doors } = readArrows();
const imports = readSources();
const breaches = [...checkTable(), ...[...imports.values()].flat().flatMap(checkImport), ...findCircles()];
if (breaches.length > 0) {
  console.error(breaches.join('\n'));
  console.error(`\n${breaches.length} breaches of the section "Arrows" in ${PAGE}`);
  process.exit(1);
}
console.log(`Checked the imports of ${imports.size} files.`);

/** Reads the table `| folder | may import | why |`, and the list of files that may be imported directly. */
function readArrows() {
  const page = readFileSync(join(root, PAGE), 'utf8');
  const section = page.split(/^## /m).find((part) => part.startsWith('Arrows\n'));
  if (section === undefined) throw new Error(`${PAGE} has no section "Arrows"`);
  const cells = [...section.matchAll(/^\| `([^`/]+)\/?` \| (.*?) \| (.*?) \|$/gm)];
  const rows = new Map(
    cells.map(([, folder, targets, why]) => [
      folder,
      { may: [...targets.matchAll(/`([^`/]+)\/?`/g)].map(([, name]) => name), why },
    ]),
  );
  const doors = new Set([...section.matchAll(/^- `([^`]+\.ts)`/gm)].map(([, file]) => file));
  return { rows, doors };
}

/** Returns the files of src/, each with its imports. */
function readSources() {
  const files = readdirSync(join(root, 'src'), { recursive: true }).map((path) => path.replaceAll('\\', '/'));
  // AssemblyScript is compiled by itself, and names modules without an extension.
  const sources = files.filter((path) => /\.c?ts$/.test(path) && !path.includes('/assembly/')).sort();
  return new Map(sources.map((file) => [file, readImports(file)]));
}

/** Returns the relative imports of a file: `import … from`, `export … from`, `import(…)` and `require(…)`. */
function readImports(from) {
  const text = readFileSync(join(root, 'src', from), 'utf8');
  const statement = /^(?:import|export)\b[^;'"`]*?\bfrom '(\.[^']*)'|^import '(\.[^']*)'/gm;
  const call = /^(?!\s*(?:\*|\/)).*\b(?:import|require)\('(\.[^']*)'\)/gm;
  return [...text.matchAll(statement), ...text.matchAll(call)].map((match) => {
    const path = match[1] ?? match[2];
    const to = posix.join(posix.dirname(from), path).replace(/\.(c?)js$/, '.$1ts');
    const line = text.slice(0, match.index + match[0].lastIndexOf(path)).split('\n').length;
    return { from, to, line };
  });
}

/**
 * Every folder has a row, and a row lists only folders of rows above it: that alone keeps folders free of
 * circles.
 */
function checkTable() {
  const folders = new Set([...imports.keys()].map(folderOf));
  const above = new Set();
  const found = [...folders].filter((folder) => !rows.has(folder));
  const wrong = found.map((folder) => `${PAGE}: the table under "Arrows" has no row for ${folder}/`);
  for (const [folder, { may }] of rows) {
    for (const target of may) {
      if (target === '*' || above.has(target)) continue;
      wrong.push(`${PAGE}: the row of ${folder}/ lists ${target}/, which has no row above it`);
    }
    above.add(folder);
  }
  return wrong;
}

function checkImport({ from, to, line }) {
  const where = `src/${from}:${line} imports src/${to}`;
  if (!imports.has(to)) return [`${where}, which does not exist`];
  const wrong = [];
  const [source, target] = [folderOf(from), folderOf(to)];
  const { may, why } = rows.get(source) ?? { may: ['*'] };
  const listed = source === target || may.includes('*') || may.includes(target);
  if (!listed && !(target === LOOSE && doors.has(to))) {
    const targets = may.map((folder) => `${folder}/`).join(', ') || 'no other folder';
    wrong.push(`${where}: ${source}/ may import ${targets}. ${why}`);
  }
  const entered = enteredFolder(from, to);
  if (entered !== undefined && to !== `${entered}/index.ts` && !doors.has(to)) {
    wrong.push(`${where}: files outside ${entered}/ import src/${entered}/index.ts alone.`);
  }
  return wrong;
}

/** Returns the outermost folder that holds `to` and does not hold `from`. */
function enteredFolder(from, to) {
  const parts = to.split('/');
  for (let depth = 1; depth < parts.length; depth++) {
    const folder = parts.slice(0, depth).join('/');
    if (!from.startsWith(`${folder}/`)) return folder;
  }
  return undefined;
}

/** Returns the shortest circle through every file that is not in one found before. */
function findCircles() {
  const seen = new Set();
  const found = [];
  for (const file of imports.keys()) {
    const circle = seen.has(file) ? undefined : shortestCircle(file);
    if (circle === undefined) continue;
    for (const { from } of circle) seen.add(from);
    const path = circle.map(({ to }) => to).join(' → ');
    found.push(`src/${file}:${circle[0].line} begins a circle of imports: ${file} → ${path}`);
  }
  return found;
}

function shortestCircle(file) {
  const reached = new Set();
  let paths = [[]];
  while (paths.length > 0) {
    const longer = [];
    for (const path of paths) {
      for (const edge of imports.get(path.at(-1)?.to ?? file) ?? []) {
        if (edge.to === file) return [...path, edge];
        if (reached.has(edge.to)) continue;
        reached.add(edge.to);
        longer.push([...path, edge]);
      }
    }
    paths = longer;
  }
  return undefined;
}

function folderOf(file) {
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : LOOSE;
}
