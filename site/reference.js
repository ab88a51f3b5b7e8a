import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/* Makes the pages that typedoc has written easier to read. */

/** Writes defaults as text, and puts the documented signature of a function before its special cases. */
export function tidyReference(folder) {
  for (const name of readdirSync(folder, { recursive: true })) {
    if (!name.endsWith('.md')) continue;
    const path = join(folder, name);
    writeFileSync(path, orderSignatures(writeDefaults(readFileSync(path, 'utf8'))));
  }
}

/** typedoc takes every default for code, also one that is explained: `0.5 half of the memory`. */
function writeDefaults(text) {
  return text.replace(/(#+ Default\n\n)```ts\n(.*)\n```/g, (_, heading, value) => heading + describe(value));
}

function describe(value) {
  const [, literal, rest] = /^('[^']*'|-?\d[\d.]*|true|false|\[\]|NaN|null|[A-Z]+_[A-Z_]+|)(.*)$/.exec(value);
  if (literal === '') return value;
  const colon = /^ (?!and |if |in |or |\d)/.test(rest) ? ':' : '';
  return `\`${literal}\`${colon}${rest}`;
}

/** Overloads of special cases come first, as TypeScript wants it; readers want the one with the example. */
function orderSignatures(text) {
  const [head, ...signatures] = text.split(/^(?=## Call Signature$)/m);
  const documented = signatures.findIndex((signature) => /^### Example$/m.test(signature));
  if (documented <= 0) return text;
  const [first] = signatures.splice(documented, 1);
  const rule = /\n+\*{3}\n*$/; // between signatures
  const ordered = [first, ...signatures].map((signature) => signature.replace(rule, '').trimEnd());
  return `${head}${ordered.join('\n\n***\n\n')}\n`;
}
