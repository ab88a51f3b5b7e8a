import { readFileSync } from 'node:fs';
import { ApplyError } from '../errors.js';
import { nearest } from '../options/index.js';
import type { Command, Terminal } from './command.js';
import { commands, HELP } from './commands.js';
import { explainError } from './explain-error.js';
import { parseArguments } from './parse-arguments.js';
import { UsageError } from './usage-error.js';
import { watchSignals } from './watch-signals.js';

const FAILED = 1;
const MISUSED = 2;

/** Runs the program `apply-parallel`, whose package.json is at `manifest`, and ends the process. */
export async function main(args: readonly string[], manifest: URL): Promise<void> {
  watchOutput();
  showWarningsPlainly();
  endOnStrayErrors();
  const { signal, die } = watchSignals();
  process.once('beforeExit', () => {
    fail(new Error('the module or the function waits for something that never comes'), args);
    process.exit(FAILED);
  });
  let code = 0;
  try {
    await runCommand(args, manifest, signal);
  } catch (error) {
    if (signal.aborted) say(args[0] === 'run' ? 'interrupted; nothing was written' : 'interrupted');
    else fail(error, args);
    code = isMisuse(error) ? MISUSED : FAILED;
  }
  die();
  // Waits until everything is written or refused; the user's module may keep the process alive.
  process.stdout.write('', () => setImmediate(() => process.exit(code)));
}

/**
 * Returns whether the command line is wrong. A column that no file has comes from `--where` or `--columns`.
 */
const isMisuse = (error: unknown): boolean =>
  error instanceof UsageError || (error instanceof ApplyError && error.code === 'ERR_UNKNOWN_COLUMN');

async function runCommand(args: readonly string[], manifest: URL, signal: AbortSignal): Promise<void> {
  const [name, ...rest] = args;
  if (name === undefined) throw new MissingCommand();
  if (name === '--version' || name === '-v') return write(`${versionIn(manifest)}\n`);
  if (name === '--help' || name === '-h') return write(HELP);
  if (name === 'help') return write(rest.length === 0 ? HELP : commandOf(rest[0]).help);
  const command = commandOf(name);
  if (rest.some((arg) => arg === '--help' || arg === '-h')) return write(command.help);
  const parsed = parseArguments(rest, command.options);
  // Nothing else may load apache-arrow before this does.
  await import('../load-arrow/index.js');
  const run = await command.load();
  await run(parsed, terminal(signal));
}

function commandOf(name: string): Command {
  if (Object.hasOwn(commands, name)) return commands[name];
  const isOption = name.startsWith('-');
  const names = isOption ? ['--help', '--version'] : [...Object.keys(commands), 'help'];
  const near = nearest(name, names);
  const advice = near === undefined ? `they are ${names.join(', ')}` : `did you mean ${near}?`;
  throw new UsageError(`there is no ${isOption ? 'option' : 'command'} ${name}; ${advice}`);
}

function write(text: string): void {
  process.stdout.write(text);
}

function terminal(signal: AbortSignal): Terminal {
  const { isTTY, columns } = process.stdout;
  return {
    write,
    log: say,
    width: isTTY ? columns || 80 : Number.POSITIVE_INFINITY,
    colour: isTTY && !process.env.NO_COLOR && process.env.TERM !== 'dumb',
    isInteractive: process.stderr.isTTY === true,
    signal,
  };
}

const say = (message: string) => process.stderr.write(`apply-parallel: ${message}\n`);

/** A command line with nothing in it: the program then shows its help. */
class MissingCommand extends UsageError {
  constructor() {
    super('COMMAND is missing');
  }
}

function fail(error: unknown, args: readonly string[]): void {
  if (error instanceof MissingCommand) {
    process.stderr.write(HELP);
    return;
  }
  say(explainError(error));
  process.stderr.write(hintOf(error, args));
}

function hintOf(error: unknown, [name]: readonly string[]): string {
  if (!(error instanceof UsageError)) return '';
  const command = name !== undefined && Object.hasOwn(commands, name) ? ` ${name}` : '';
  return `apply-parallel${command} --help says more\n`;
}

function versionIn(manifest: URL): string {
  return JSON.parse(readFileSync(manifest, 'utf8')).version;
}

/** Lets `apply-parallel head … | head -1` end without an error, and tells all others. */
function watchOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    say(`the output cannot be written: ${error.message}`);
    process.exit(FAILED);
  });
}

/** Explains errors of the user's module that nobody catches, which Node would print with its own stack. */
function endOnStrayErrors(): void {
  process.on('uncaughtException', (error) => {
    say(explainError(error));
    process.exit(FAILED);
  });
}

/** Warnings about how Node loads the user's module, which its user cannot change. */
const UNWANTED = new Set(['ExperimentalWarning', 'MODULE_TYPELESS_PACKAGE_JSON']);

/** Prints warnings as one line, without the number of the process. */
function showWarningsPlainly(): void {
  process.removeAllListeners('warning');
  process.on('warning', ({ name, message, code }: Error & { readonly code?: string }) => {
    if (UNWANTED.has(name) || UNWANTED.has(code ?? '')) return;
    say(`warning: ${message}`);
  });
}
