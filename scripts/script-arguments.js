import { parseArgs } from 'node:util';

/**
 * Reads the command line of a script. `--help` prints `usage`; an option that the script does not have, or an
 * argument too many, is an error that says what there is. Both end the process.
 *
 * @param options those of `parseArgs`
 * @param most how many arguments there may be beside the options
 */
export function scriptArguments(usage, options = {}, most = 0) {
  const all = { ...options, help: { type: 'boolean', short: 'h' } };
  let parsed;
  try {
    parsed = parseArgs({ options: all, allowPositionals: true });
  } catch (error) {
    const [, option] = /^Unknown option '(-[^']*)'/.exec(error.message) ?? [];
    if (option === undefined) fail(error.message);
    const names = Object.keys(all).map((name) => `--${name}`);
    fail(`there is no option ${option}; the options are ${names.join(', ')}`);
  }
  const { values, positionals } = parsed;
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  if (positionals.length > most) fail(`there is no argument ${positionals[most]}`);
  return { values, positionals };

  function fail(message) {
    console.error(`${message}\n\n${usage}`);
    process.exit(2);
  }
}
