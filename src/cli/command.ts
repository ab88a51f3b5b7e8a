import type { Arguments, OptionRules } from './parse-arguments.js';

/** A command of the program. */
export interface Command {
  /** The text that `--help` prints. */
  readonly help: string;
  readonly options: OptionRules;
  /** Loads the command's code: help and mistakes need none of it. */
  load(): Promise<(args: Arguments, terminal: Terminal) => Promise<void>>;
}

/** The place that a command writes to. */
export interface Terminal {
  /** Writes to standard output. */
  write(text: string): void;
  /** Writes a line to standard error. */
  log(line: string): void;
  /** The columns of the screen; Infinity where the output goes to a file or pipe. */
  readonly width: number;
  readonly colour: boolean;
  /** Standard error is a terminal, where a bar can be drawn. */
  readonly isInteractive: boolean;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}
