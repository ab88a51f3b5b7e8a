import type { Command } from './command.js';

const fileOptions = {
  columns: { takes: 'texts' },
  where: { takes: 'texts' },
  csv: { takes: 'texts' },
} as const;

/** The commands of the program. Their texts fit a screen of 80 columns and 24 lines. */
export const commands: { readonly [name: string]: Command } = {
  run: {
    help: `Usage: apply-parallel run MODULE --input FILES --by COLUMNS [--to FILE]

Runs a function on every group of rows, on all cores, and writes the results.

  MODULE            a .ts, .js or .mjs file; its default export is the function
  -i, --input FILES Parquet, Arrow, CSV: path, 'glob' or folder; repeatable
  -b, --by COLUMNS  the key: category, or category,store
  -o, --to FILE     out.parquet, .arrow, .csv or folder/; without: prints rows
  --export NAME     the name of the function in MODULE
  --form FORM       what the function gets: arrow (default), columns, records …
  --set NAME=VALUE  calls the function as fn(group, { NAME: VALUE }, context)
  --columns A,B     reads these columns alone
  --where TEST      reads these rows alone: 'price>=10', store=A; repeatable
  --csv NAME=VALUE  an option for CSV files: 'delimiter=;', decimal=,
  -j, --jobs N      workers: -1 all cores (default), -2 all but one, 1 none
  --memory SIZE     memory for rows: 4GB or a share (0.5); more goes to disk
  --spill-to FOLDER the folder for what goes to disk; by default the system's
  --report FILE     what ran when: a picture as .svg, a summary as .txt
  -f, --force       replaces what is at --to
  -q, --quiet       shows no progress and no summary

MODULE may also export \`by\` and \`options\`: see docs/cli.md of the package.
`,
    options: {
      input: { takes: 'texts', short: 'i' },
      by: { takes: 'texts', short: 'b' },
      to: { takes: 'text', short: 'o' },
      export: { takes: 'text' },
      form: { takes: 'text' },
      set: { takes: 'texts' },
      ...fileOptions,
      jobs: { takes: 'text', short: 'j' },
      memory: { takes: 'text' },
      'spill-to': { takes: 'text' },
      report: { takes: 'text' },
      force: { takes: 'flag', short: 'f' },
      quiet: { takes: 'flag', short: 'q' },
    },
    load: async () => (await import('./run.js')).runFunction,
  },
  schema: {
    help: `Usage: apply-parallel schema FILES

Lists the columns of Parquet, Arrow or CSV files, and counts the rows.

  FILES             paths, 'globs' or folders
  --columns A,B     these columns alone
  --where TEST      counts these rows alone: 'price>=10', store=A; repeatable
  --csv NAME=VALUE  an option for CSV files: 'delimiter=;', decimal=,
`,
    options: fileOptions,
    load: async () => (await import('./schema.js')).showSchema,
  },
  head: {
    help: `Usage: apply-parallel head FILES [-n 10]

Shows the first rows of Parquet, Arrow or CSV files.

  FILES             paths, 'globs' or folders
  -n, --rows N      how many rows; 10 by default
  --columns A,B     these columns alone
  --where TEST      these rows alone: 'price>=10', store=A; repeatable
  --csv NAME=VALUE  an option for CSV files: 'delimiter=;', decimal=,
`,
    options: { rows: { takes: 'text', short: 'n' }, ...fileOptions },
    load: async () => (await import('./head.js')).showHead,
  },
  groups: {
    help: `Usage: apply-parallel groups FILES --by COLUMNS [-n 20]

Shows the groups that the rows of Parquet, Arrow or CSV files make, and their
sizes. Reads the key columns alone.

  FILES             paths, 'globs' or folders
  -b, --by COLUMNS  the key: category, or category,store
  -n, --groups N    how many groups to show; 20 by default
  --where TEST      these rows alone: 'price>=10', store=A; repeatable
  --csv NAME=VALUE  an option for CSV files: 'delimiter=;', decimal=,
`,
    options: {
      by: { takes: 'texts', short: 'b' },
      groups: { takes: 'text', short: 'n' },
      where: { takes: 'texts' },
      csv: { takes: 'texts' },
    },
    load: async () => (await import('./groups.js')).showGroups,
  },
};

export const HELP = `Usage: apply-parallel COMMAND ...

Split-apply-combine on all cores, for files of rows.

  run MODULE --input FILES --by COLUMNS --to FILE
                    runs a function on every group and writes the results
  groups FILES --by COLUMNS
                    shows the groups that rows make
  head FILES        shows the first rows
  schema FILES      lists the columns

  COMMAND --help    says more
  --version         prints the version

It exits with 0; with 1 if the work fails, 2 for a mistake in the command line.
`;
