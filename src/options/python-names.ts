/** What Python's libraries call an option, and what it may be called here. */
const names: { readonly [name: string]: readonly string[] } = {
  n_jobs: ['nJobs', 'nprocs', 'maxWorkers'],
  nJobs: ['nprocs', 'maxWorkers'],
  nprocs: ['nJobs', 'maxWorkers'],
  maxWorkers: ['nJobs', 'nprocs'],
  max_workers: ['maxWorkers', 'nJobs', 'nprocs'],
  processes: ['nJobs', 'nprocs', 'maxWorkers'],
  max_nbytes: ['maxBytes'],
  verbose: ['progress'],
  pm_pbar: ['progress'],
};

/** Options of Python's that no single one takes the place of. Only for those who have `backend`. */
const advice: { readonly [name: string]: string } = {
  prefer: "say backend: 'threads', 'async' or 'inline'",
  require:
    "functions that write to your own objects, as with 'sharedmem', take backend: 'inline' or 'async'; threads share none",
};

const backends = {
  loky: 'threads',
  multiprocessing: 'threads',
  processes: 'threads',
  threading: 'threads',
  sequential: 'inline',
};

const values: { readonly [option: string]: { readonly [value: string]: string } } = {
  backend: backends,
  kind: { ...backends, process: 'threads', thread: 'async' },
  returnAs: { generator_unordered: 'generatorUnordered', list: 'frame', frame: 'list' },
};

/** What a value that stands in the place of the options is, most likely. */
const lone: { readonly [type: string]: readonly string[] } = {
  number: ['nJobs', 'nprocs', 'maxWorkers', 'capacity'],
  string: ['location', 'backend'],
};

/** What an option is called here, of those there are. */
export const hereCalled = (name: string, options: readonly string[]): string | undefined =>
  get(names, name)?.find((each) => options.includes(each));

export const adviceOn = (name: string, options: readonly string[]): string | undefined =>
  options.includes('backend') ? get(advice, name) : undefined;

/** What a value of an option is called here. */
export const valueHere = (option: string, value: unknown): string | undefined => {
  const known = get(values, option);
  return known && typeof value === 'string' ? get(known, value) : undefined;
};

/** The option that is meant by a value alone. */
export const meantBy = (value: unknown, options: readonly string[]): string | undefined =>
  get(lone, typeof value)?.find((each) => options.includes(each));

const get = <T>(table: { readonly [name: string]: T }, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;
