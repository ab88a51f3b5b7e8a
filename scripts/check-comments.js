// Checks that no comment is wider than code may be: the formatter wraps code and leaves comments as they are.
// `npm run lint` runs it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const WIDTH = 110;
const FOLDERS = ['bench', 'examples', 'fixtures', 'scripts', 'site', 'src', 'test', 'test-d'];
const IN_SCRIPT = /^\s*(?:\/?\*|\/\/)|[;,{})\]] \/\/ /;
const IN_SHELL = /^\s*#/;

const root = fileURLToPath(new URL('..', import.meta.url));
const files = FOLDERS.flatMap(sourcesIn);
const wide = files.flatMap(wideComments);
if (wide.length > 0) {
  console.error(wide.join('\n'));
  console.error(`\nWrap these comments at ${WIDTH} columns.`);
  process.exit(1);
}
console.log(`Checked the width of the comments in ${files.length} files.`);

/** Returns the sources of a folder, without what is installed, generated or hidden. */
function sourcesIn(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      const isForeign = entry.name.startsWith('.') || ['node_modules', 'dist'].includes(entry.name);
      return isForeign ? [] : sourcesIn(path);
    }
    return /\.(?:[cm]?[jt]s|py|sh)$/.test(path) && !path.endsWith('_pb.ts') ? [path] : [];
  });
}

function wideComments(path) {
  const lines = readFileSync(join(root, path), 'utf8').split('\n');
  const isComment = path.endsWith('.py')
    ? pythonComments(lines)
    : lines.map((line) => commentOf(path).test(line));
  return lines.flatMap((line, i) =>
    line.length > WIDTH && isComment[i] ? [`${path}:${i + 1}: ${line.trim().slice(0, 60)}…`] : [],
  );
}

function commentOf(path) {
  return path.endsWith('.sh') ? IN_SHELL : IN_SCRIPT;
}

/** Tells for each line whether it is a comment or part of a text in triple quotes, such as a docstring. */
function pythonComments(lines) {
  let isQuoted = false;
  return lines.map((line) => {
    const quotes = line.split('"""').length - 1;
    const isComment = isQuoted || quotes > 0 || IN_SHELL.test(line);
    if (quotes % 2 === 1) isQuoted = !isQuoted;
    return isComment;
  });
}
