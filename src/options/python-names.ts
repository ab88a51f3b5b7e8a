/** Names that Python's libraries have for an option, with the names it may have here. */
const names: { readonly [name: string]: readonly string[] } = {
  n_jobs: ['nJobs', 'nprocs', 'maxWorkers'],
  nJobs: ['nprocs', 'maxWorkers'],
  nprocs: ['nJobs', 'maxWorkers'],
  maxWorkers: ['nJobs', 'nprocs'],
  max_workers: ['maxWorkers', 'nJobs', 'nprocs'],
  pm_processes: ['nprocs', 'nJobs', 'maxWorkers'],
  processes: ['nJobs', 'nprocs', 'maxWorkers'],
  workers: ['nJobs', 'nprocs', 'maxWorkers'],
  num_workers: ['nJobs', 'nprocs', 'maxWorkers'],
  n_workers: ['nJobs', 'nprocs', 'maxWorkers'],
  nWorkers: ['nJobs', 'nprocs', 'maxWorkers'],
  concurrency: ['nJobs', 'nprocs', 'maxWorkers'],
  chunksize: ['batchSize'],
  pm_chunksize: ['batchSize'],
  max_retries: ['retries'],
  max_nbytes: ['maxBytes'],
  random_state: ['seed'],
  meta: ['schema'],
  tz: ['timeZone'],
  offset: ['origin'],
  group_keys: ['groupKeys'],
  sep: ['delimiter'],
  usecols: ['columns'],
  filters: ['where'],
  partition_by: ['partitionBy'],
  partition_cols: ['partitionBy'],
  partitioning: ['partitionBy'],
  row_group_size: ['rowGroupRows'],
  na_values: ['nullValues'],
  dtype: ['types'],
  dtypes: ['types'],
  date_format: ['dateFormats'],
  quotechar: ['quote'],
  on_bad_lines: ['onBadLine'],
  window: ['rows'],
  min_periods: ['min'],
  verbose: ['progress'],
  pm_pbar: ['progress'],
  tqdm: ['progress'],
  cachedir: ['location'],
  cache_dir: ['location'],
  path: ['location'],
  folder: ['location'],
  directory: ['location'],
  memory_limit: ['memoryLimit'],
};

const groupKeys = 'the key is no index here; groupKeys: true of applyParallel puts it into the result';
const csv = (name: string) => `it is an option of csv: write csv: { ${name}: … }`;

const ofGroupby = (name: string) => `it is an option of groupby: write groupby(frame, key, { ${name}: … })`;
const noIndex = 'a frame has no index: leave it out';
const ifExists = "write ifExists: 'replace'";
const dates = 'dates and times are told from the values;';
const inPlace = 'groups lie in shared memory, which all workers see, and nothing is copied: leave it out';
const ofArgs = 'bind arguments with partial(fn, { … }), or let a closure hold them';
const noAxis = 'groups are of rows: leave it out';

/**
 * Options of Python's libraries that no single one replaces, by an option that the verbs have which the
 * advice is for.
 */
const advice: { readonly [having: string]: { readonly [name: string]: string } } = {
  backend: {
    prefer: "say backend: 'threads', 'processes', 'async' or 'inline'",
    require:
      "functions that write to your own objects, as with 'sharedmem', take backend: 'inline' or 'async'; " +
      'threads share none',
    initargs: 'initializer may be a closure: initializer: () => connect(url)',
    as_index: groupKeys.replace(' of applyParallel', ''),
  },
  onError: {
    max_nbytes: inPlace,
    mmap_mode: inPlace,
    temp_folder: inPlace,
    pre_dispatch: 'workers take groups as they are free: leave it out',
    preDispatch: 'workers take groups as they are free: leave it out',
    sort: ofGroupby('sort'),
    dropna: ofGroupby('dropna'),
    observed: ofGroupby('observed'),
    by: 'the key is an argument of groupby: groupby(frame, key)',
    include_groups: 'the function always gets the key columns: leave it out',
    args: ofArgs,
    kwargs: ofArgs,
    axis: noAxis,
  },
  maxBytes: {
    mmap_mode:
      'large typed arrays go through shared memory, which all workers see; maxBytes says from which size on',
    temp_folder: 'nothing goes through files; large typed arrays go through shared memory',
    random_state: 'pass each call a seed of its own',
    args: 'arguments belong to a call: delayed(fn)(…args)',
    kwargs: 'arguments belong to a call: delayed(fn)(…args)',
  },
  observed: {
    as_index: groupKeys,
    group_keys: groupKeys,
    groupKeys,
    axis: noAxis,
    by: 'the key is the second argument: groupby(frame, key)',
    level: 'a frame has no index: name a key column, groupby(frame, key)',
  },
  weekStart: {
    freq: "it is the second argument: every('at', '1d')",
    key: "it is the first argument: every('at', '1d')",
    closed: 'a period has its start and not its end: leave it out',
    label: 'the key is the start of the period: leave it out',
  },
  partitionBy: {
    index: noIndex,
    overwrite: ifExists,
    mode: ifExists,
    existing_data_behavior: ifExists,
  },
  nullValues: {
    parse_dates: `${dates} dateFormats: ['%d.%m.%Y'] reads others than ISO's`,
    index_col: noIndex,
  },
  csv: {
    parse_dates: `${dates} csv: { dateFormats: ['%d.%m.%Y'] } reads others than ISO's`,
    index_col: noIndex,
    sep: csv('delimiter'),
    delimiter: csv('delimiter'),
    header: csv('header'),
    decimal: csv('decimal'),
    encoding: csv('encoding'),
    types: csv('types'),
    dtype: csv('types'),
    nullValues: csv('nullValues'),
    na_values: csv('nullValues'),
    dateFormats: csv('dateFormats'),
    date_format: csv('dateFormats'),
    onBadLine: csv('onBadLine'),
    on_bad_lines: csv('onBadLine'),
  },
};

const backends = {
  loky: 'processes',
  multiprocessing: 'processes',
  process: 'processes',
  thread: 'threads',
  threading: 'threads',
  sequential: 'inline',
};

const forms = {
  rows: 'records',
  objects: 'records',
  table: 'arrow',
  pyarrow: 'arrow',
  danfojs: 'danfo',
  dict: 'columns',
  numpy: 'columns',
  pandas: 'danfo',
  pd: 'danfo',
  dataframe: 'danfo',
  DataFrame: 'danfo',
  df: 'danfo',
  json: 'records',
  row: 'records',
  array: 'records',
  list: 'records',
  dicts: 'records',
};

const values: { readonly [option: string]: { readonly [value: string]: string } } = {
  backend: backends,
  kind: backends,
  input: forms,
  output: forms,
  method: { ffill: 'forward', pad: 'forward', bfill: 'backward', backfill: 'backward' },
  onError: { ignore: 'skip', coerce: 'skip', raise: 'throw' },
  how: { full: 'outer', full_outer: 'outer', fullouter: 'outer', left_outer: 'left', right_outer: 'right' },
  returnAs: { generator_unordered: 'generatorUnordered', list: 'frame', frame: 'list' },
};

/** The options that a value in the place of the options object most likely means, by its type. */
const lone: { readonly [type: string]: readonly string[] } = {
  number: ['nJobs', 'nprocs', 'maxWorkers', 'rows', 'capacity'],
  string: ['location', 'backend'],
};

/** Returns the name of an option here, out of `options`. */
export const nameHere = (name: string, options: readonly string[]): string | undefined =>
  get(names, name)?.find((each) => options.includes(each));

export const adviceOn = (name: string, options: readonly string[]): string | undefined => {
  const having = Object.keys(advice).find((each) => options.includes(each) && get(advice[each], name));
  return having === undefined ? undefined : advice[having][name];
};

/** Returns the name of an option's value here. */
export const valueHere = (option: string, value: unknown): string | undefined => {
  const known = get(values, option);
  return known && typeof value === 'string' ? get(known, value) : undefined;
};

/**
 * Returns the option, out of `options`, that a value in the place of the options object most likely means.
 */
export const optionMeantBy = (value: unknown, options: readonly string[]): string | undefined =>
  get(lone, typeof value)?.find((each) => options.includes(each));

const get = <T>(table: { readonly [name: string]: T }, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;
