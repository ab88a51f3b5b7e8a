import { type InspectOptions, inspect } from 'node:util';
import type { Schema } from 'apache-arrow';
import { ApplyError } from '../errors.js';
import { checkOptions, type Rules } from '../options/index.js';
import { preview } from '../util/index.js';
import type { ExecutorOptions } from './options.js';
import { formatOptionsRule, optionTexts, type Place, resolvePlace, type ToOptions } from './place.js';
import { formatOfPaths } from './read-format.js';
import { type Relation, read, sql, table } from './relations.js';
import type { Session } from './session.js';
import { type Source, shownSource } from './shown-source.js';
import type { ServerAddress } from './url.js';

/** Options of `cluster.read`. */
export interface ReadOptions {
  /**
   * A format that the cluster knows: `'parquet'`, `'csv'`, `'json'`, `'orc'`, `'delta'`, …. Its options are
   * then Spark's own.
   *
   * @default that in which the names of the files end, `.parquet`, `.csv`, `.tsv`, `.json`, `.jsonl`, `.orc`
   *   or `.avro`, also compressed, as in `.csv.gz`; for folders the cluster's own, which is Parquet unless it
   *   was changed
   */
  readonly format?: string;
  /**
   * Options of that format, as Spark has them, such as `{ header: true }` for CSV. Where the name of a CSV
   * file tells the format, `header` and `inferSchema` are true, as for `scan`, unless they are given here.
   */
  readonly options?: { readonly [name: string]: string | number | boolean };
}

const readRules: Rules<ReadOptions> = {
  format: [(value) => typeof value === 'string' && value !== '', "a format such as 'parquet'"],
  options: formatOptionsRule,
};

/**
 * A connection to a Spark cluster, made by `spark(url)`. Keep one for the whole program: Python starts anew
 * on the executors for each. `await using` closes it; an open one does not keep the program from ending.
 */
export class Cluster {
  /** The address, `sc://host:port`, without token and parameters. */
  readonly url: string;
  /** The version of Spark that the server runs, such as `4.0.1`. */
  readonly version: string;
  readonly #session: Session;
  readonly #executors: ExecutorOptions;
  readonly #address: ServerAddress;

  /** @internal */
  constructor(address: ServerAddress, session: Session, executors: ExecutorOptions) {
    this.#address = address;
    this.url = address.name;
    this.version = session.version.text;
    this.#session = session;
    this.#executors = executors;
  }

  /** @internal */
  get session(): Session {
    return this.#session;
  }

  /** @internal Replaces the token and the values of headers in a text. */
  hide(text: string): string {
    return this.#address.secrets.hide(text);
  }

  /** @internal */
  get executors(): ExecutorOptions {
    return this.#executors;
  }

  /**
   * Names files that the executors can reach: paths, globs or URLs such as `s3a://…`. They are read there,
   * each time the frame is used.
   *
   * @throws ApplyError `ERR_INVALID_OPTION` for other paths and options
   *
   * @example
   * import { spark } from 'apply-parallel/spark';
   *
   * await using cluster = await spark('sc://localhost:15002');
   * const sales = cluster.read('/data/sales/*.parquet');
   * const other = cluster.read(['/a.csv', '/b.csv'], { options: { sep: ';' } });
   * const parts = cluster.read('/data/logs', { format: 'csv', options: { header: true } });
   */
  read(paths: string | readonly string[], how: ReadOptions = {}): RemoteFrame {
    checkOptions('cluster.read', how, readRules);
    const { options = {} } = how;
    const list: readonly unknown[] = typeof paths === 'string' ? [paths] : paths;
    if (
      !Array.isArray(list) ||
      list.length === 0 ||
      !list.every((path) => typeof path === 'string' && path)
    ) {
      throw invalid(`cluster.read: expected a path or a list of paths, got ${preview(paths)}`);
    }
    const known =
      how.format === undefined
        ? formatOfPaths(list, options)
        : { format: how.format, options: optionTexts(options) };
    return new RemoteFrame(this, read(list, known), { read: list, format: known.format });
  }

  /**
   * Names a table or view of the cluster's catalog, `sales` or `catalog.schema.sales`. Nothing is read
   * before the frame is used.
   *
   * @throws ApplyError `ERR_INVALID_OPTION` for anything but a name
   *
   * @example
   * import { spark } from 'apply-parallel/spark';
   *
   * await using cluster = await spark('sc://localhost:15002');
   * console.log(String(await cluster.table('sales').schema()));
   */
  table(name: string): RemoteFrame {
    if (typeof name !== 'string' || name.trim() === '') {
      throw invalid(`cluster.table: expected the name of a table, got ${preview(name)}`);
    }
    return new RemoteFrame(this, table(name), { table: name });
  }

  /**
   * Names the rows of a query. The query runs each time the frame is used.
   *
   * @throws ApplyError `ERR_INVALID_OPTION` for anything but a text
   *
   * @example
   * import { spark } from 'apply-parallel/spark';
   *
   * await using cluster = await spark('sc://localhost:15002');
   * const days = cluster.sql("select *, date_trunc('day', time) as day from sales");
   */
  sql(query: string): RemoteFrame {
    if (typeof query !== 'string' || query.trim() === '') {
      throw invalid(`cluster.sql: expected a query, got ${preview(query)}`);
    }
    return new RemoteFrame(this, sql(query), { sql: query });
  }

  /**
   * Names a folder that the executors can write to, for the option `to` of `applyParallel`: the results stay
   * on the cluster, are written there by Spark, and the call resolves to them as a {@link RemoteFrame}.
   * Counterpart of `df.write.format(…).partitionBy(…).mode(…).save(path)` after `groupBy().applyInPandas`.
   *
   * @throws ApplyError `ERR_INVALID_OPTION` for a mode or format that does not exist
   * @example
   * import { spark } from 'apply-parallel/spark';
   *
   * await using cluster = await spark('sc://localhost:15002');
   * const sales = groupby(cluster.read('/data/sales'), 'category');
   * const to = cluster.to('/data/totals', { partitionBy: 'category', mode: 'overwrite' });
   * const totals = await applyParallel(sales, (g) => ({ rows: [g.numRows] }), { groupKeys: true, to });
   * console.log(String(await totals.schema()));
   */
  to(path: string, how: ToOptions = {}): ClusterTarget {
    return new ClusterTarget(this, resolvePlace(path, how));
  }

  /** Interrupts all runs, and ends the session and the connection. Calls that run throw `ERR_ABORTED`. */
  async close(): Promise<void> {
    await this.#session.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/**
 * Rows that lie on a cluster: files, a table or the result of a query. It holds no rows and nothing runs
 * until it is used; files are read anew each time.
 */
export class RemoteFrame {
  /** The cluster on which the rows lie. */
  readonly cluster: Cluster;
  readonly #relation: Relation;
  readonly #source: Source;
  #columns: readonly string[] | undefined;

  /** @internal */
  constructor(cluster: Cluster, relation: Relation, source: Source) {
    this.cluster = cluster;
    this.#relation = relation;
    this.#source = source;
  }

  /** @internal */
  get relation(): Relation {
    return this.#relation;
  }

  /**
   * Asks the cluster for the columns and their types, as they arrive in Arrow.
   *
   * @throws ApplyError `ERR_CLUSTER` if a file, table or column does not exist, `ERR_UNSUPPORTED` for a
   *   column of a type that has no counterpart in Arrow
   */
  async schema(options?: { readonly signal?: AbortSignal }): Promise<Schema> {
    const schema = await this.cluster.session.schema(this.#relation, options);
    this.#columns = schema.fields.map(({ name }) => name);
    return schema;
  }

  /** @internal How console.log prints it: with the columns, once they have been asked for. */
  [inspect.custom](_depth: number, options?: InspectOptions): string {
    const { cluster } = this;
    const shown = {
      ...shownSource(this.#source, (text) => cluster.hide(text)),
      ...(this.#columns && { columns: this.#columns }),
      cluster: cluster.url,
    };
    return `RemoteFrame ${inspect(shown, options)}`;
  }
}

/** A folder on a cluster, made by `cluster.to(path)`, to which a call writes its results. */
export class ClusterTarget {
  readonly cluster: Cluster;
  readonly #place: Place;

  /** @internal */
  constructor(cluster: Cluster, place: Place) {
    this.cluster = cluster;
    this.#place = place;
  }

  /** @internal */
  get place(): Place {
    return this.#place;
  }

  /** @internal Returns what was written. */
  written(): RemoteFrame {
    const { path, format, options } = this.#place;
    return new RemoteFrame(this.cluster, read([path], { format, options }), { read: [path], format });
  }

  /** @internal How console.log prints it. */
  [inspect.custom](_depth: number, options?: InspectOptions): string {
    const { path, format, mode } = this.#place;
    return `ClusterTarget ${inspect({ path, format, mode, cluster: this.cluster.url }, options)}`;
  }
}

const invalid = (message: string) => new ApplyError('ERR_INVALID_OPTION', message);
