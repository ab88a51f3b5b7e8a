import { fileURLToPath } from 'node:url';
import { ApplyError } from '../errors.js';
import { packageHome } from '../util/index.js';

/** Matches the lines of a stack trace that name a place. */
const FRAME = /^\s+at .*:\d+:\d+\)?$/;

/** Names of files in stack traces that tell a user nothing: those of Node, this package, tsx and piscina. */
const FOREIGN = [
  'node:',
  '/node_modules/tsx/',
  '/node_modules/esbuild/',
  '/node_modules/piscina/',
  ...(packageHome ? [packageHome.href, fileURLToPath(packageHome)] : []),
];

/** Errors of the user's code. Their name is shown, because the message alone does not tell the kind. */
const CODE_ERRORS = new Set(['SyntaxError', 'TypeError', 'ReferenceError', 'RangeError']);

/**
 * Returns what a user is told about an error: the message, and below it the lines of the user's own code that
 * led to it.
 */
export function explainError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const lines = (error.stack ?? '').split('\n');
  const first = lines.findIndex((line) => FRAME.test(line));
  const frames = first < 0 ? [] : lines.slice(first).filter(isOfUser);
  // Node puts the place of a syntax error, with its line, before the message.
  const place = error instanceof SyntaxError ? placeOfSyntaxError(error) : '';
  const name = CODE_ERRORS.has(error.name) ? `${error.name}: ` : '';
  const message = error instanceof ApplyError ? inOptions(error.message) : error.message;
  return [`${place}${name}${message}`, ...frames].join('\n');
}

/** Writes the names of options as they are on the command line, and leaves out the name of `scan`. */
const inOptions = (message: string): string =>
  message
    .replace(/^scan: /, '')
    .replace(/\bnJobs: (-?\d)/g, '--jobs $1')
    .replace(/\bmemoryLimit\b/g, '--memory')
    .replace(/\bspillTo\b/g, '--spill-to')
    .replace(/\bcsv: \{ types: \{ '([\w ]+)': '(\w+)' \} \}/g, `--csv 'types={"$1":"$2"}'`)
    .replace(/\bcsv\.(types|nullValues)\b/g, '--csv $1')
    .replace(/\bonBadLine: 'skip'/g, '--csv onBadLine=skip');

const isOfUser = (line: string): boolean => FRAME.test(line) && !FOREIGN.some((each) => line.includes(each));

function placeOfSyntaxError({ stack = '' }: Error): string {
  const [place] = stack.split(/^SyntaxError/m);
  return /^\S.*:\d+\n/.test(place) ? place : '';
}
