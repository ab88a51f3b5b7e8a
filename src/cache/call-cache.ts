import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { ApplyError } from '../errors.js';
import type { ResolvedCompression } from '../persist/index.js';
import type { AnyFunction } from '../ship/index.js';
import { preview } from '../util/index.js';
import { RESULT_EXTENSION, removeFolder } from './cache-folder.js';
import { type CachedResult, HeldResult, ShelvedResult } from './cached-result.js';
import type { ResultMetadata } from './expires-after.js';
import { functionName } from './function-name.js';
import { hashValue } from './hash-value.js';
import { type Ignored, readIgnore } from './ignore-option.js';
import { readMetadata, readResult, writeResult } from './result-file.js';
import { warnOnce } from './warnings.js';

/** The options of one cached function. */
export interface CallCacheOptions {
  /** The folder of all results; null if nothing is cached. */
  readonly folder: string | null;
  readonly compression: ResolvedCompression | undefined;
  readonly verbose: number;
  readonly ignore: readonly (string | number)[];
  readonly isValid: ((metadata: ResultMetadata) => boolean) | undefined;
}

/** Raise it when the layout of result files changes: older files are ignored then. */
const RESULT_LAYOUT = 2;

/** The paths of the calls around the running code. A nested call must not wait for one of them. */
const outerCalls = new AsyncLocalStorage<ReadonlySet<string>>();

/** Calls that this process computes now, by the path of their result. */
const runningCalls = new Map<string, Promise<Outcome>>();

interface Outcome {
  readonly value: unknown;
  /** True if the result is in the cache now. */
  readonly isStored: boolean;
}

/** Runs the calls of one cached function: finds, computes and stores their results. */
export class CallCache {
  readonly name: string;
  readonly #folder: string | undefined;
  readonly #ignored: Ignored;

  constructor(
    private readonly fn: AnyFunction,
    private readonly options: CallCacheOptions,
  ) {
    this.name = functionName(fn);
    this.#ignored = readIgnore(fn, options.ignore);
    this.#folder = options.folder === null ? undefined : join(options.folder, folderName(fn, this.name));
  }

  async run(args: readonly unknown[]): Promise<unknown> {
    const path = this.#pathOf(args);
    if (path === undefined || outerCalls.getStore()?.has(path)) return this.#invoke(args);
    for (;;) {
      const running = runningCalls.get(path);
      if (!running) return (await this.#runShared(path, () => this.#findOrStore(path, args))).value;
      // Reads the result that the running call has stored, or shares the value if it could not be stored.
      const { value, isStored } = await running;
      const found = isStored ? await this.#find(path, args) : { value };
      if (found) return found.value;
    }
  }

  /** Runs the function even if the cache has its result, and stores the new one. */
  async compute(args: readonly unknown[]): Promise<unknown> {
    const path = this.#pathOf(args);
    return path === undefined ? this.#invoke(args) : (await this.#store(path, args)).value;
  }

  async shelve(args: readonly unknown[]): Promise<CachedResult<unknown>> {
    const path = this.#pathOf(args);
    if (path === undefined || outerCalls.getStore()?.has(path)) {
      return new HeldResult(await this.#invoke(args), this.name);
    }
    await runningCalls.get(path);
    if (!(await this.#has(path))) {
      const { value, isStored } = await (runningCalls.get(path) ??
        this.#runShared(path, () => this.#store(path, args)));
      if (!isStored) return new HeldResult(value, this.name);
    }
    return new ShelvedResult(path, this.name);
  }

  async isCached(args: readonly unknown[]): Promise<boolean> {
    const path = this.#pathOf(args);
    return path !== undefined && (await this.#has(path));
  }

  async clear(): Promise<void> {
    if (this.#folder === undefined) return;
    if (this.options.verbose > 0) print(`Clearing the cache of ${this.name}`);
    await removeFolder(this.#folder);
  }

  /** Returns the path of a call's result; undefined, after a warning, if something in it cannot be hashed. */
  #pathOf(args: readonly unknown[]): string | undefined {
    if (this.#folder === undefined) return undefined;
    try {
      const parts = [`${RESULT_LAYOUT}`, this.#functionDigest()];
      this.#ignored.withoutIgnored(args).forEach((arg, index) => {
        parts.push(hashValue(arg, `${this.#ignored.nameOf(index)} of ${this.name}`));
      });
      return join(this.#folder, `${sha(parts.join(' '))}${RESULT_EXTENSION}`);
    } catch (error) {
      if (!(error instanceof ApplyError)) throw error;
      warnOnce(
        `${this.#folder} ${error.message}`,
        `${this.name} runs without its cache: ${error.message.replace(/^hash: /, '')}. ` +
          'What does not matter for the result can be named: ignore: [...]',
      );
      return undefined;
    }
  }

  #functionDigest(): string {
    const leavesOut = ({ name, isOfRoot }: { name: string; isOfRoot: boolean }) =>
      isOfRoot && this.#ignored.leavesOut(name);
    return hashValue(this.fn, this.name, leavesOut);
  }

  async #has(path: string): Promise<boolean> {
    const metadata = await readMetadata(path);
    return metadata !== undefined && (this.options.isValid?.(metadata) ?? true);
  }

  async #find(path: string, args: readonly unknown[]): Promise<{ readonly value: unknown } | undefined> {
    const { isValid, verbose } = this.options;
    if (isValid && !(await this.#has(path))) return undefined;
    const found = await readResult(path);
    if (found && verbose > 1) print(`Loading ${this.#show(args)}${verbose > 10 ? ` from ${path}` : ''}`);
    return found;
  }

  async #findOrStore(path: string, args: readonly unknown[]): Promise<Outcome> {
    const found = await this.#find(path, args);
    return found ? { value: found.value, isStored: true } : this.#store(path, args);
  }

  /** Computes a call; other calls of the same path wait for it instead of computing it again. */
  async #runShared(path: string, work: () => Promise<Outcome>): Promise<Outcome> {
    const running = work();
    runningCalls.set(path, running);
    try {
      return await running;
    } finally {
      if (runningCalls.get(path) === running) runningCalls.delete(path);
    }
  }

  async #store(path: string, args: readonly unknown[]): Promise<Outcome> {
    const { verbose, compression } = this.options;
    if (verbose > 0) print(`Calling ${this.#show(args)}`);
    // Before the call, which may change its arguments.
    const inputArgs = args.map(preview);
    const before = this.#functionDigest();
    const time = Date.now();
    const began = performance.now();
    const value = await outerCalls.run(new Set([...(outerCalls.getStore() ?? []), path]), () =>
      this.#invoke(args),
    );
    const duration = performance.now() - began;
    if (verbose > 0) print(`${this.name} took ${(duration / 1000).toFixed(1)} s`);
    this.#warnOfChange(before, path);
    try {
      await writeResult(path, value, compression, { time, duration, function: this.name, inputArgs });
    } catch (error) {
      warnOnce(
        `${this.#folder} ${(error as Error).message}`,
        `the result of ${this.name} is not cached: ${(error as Error).message.replace(/^dump: /, '')}`,
      );
      return { value, isStored: false };
    }
    return { value, isStored: true };
  }

  /** Warns of a function that changes what it uses: its digest changes too, so it never finds its results. */
  #warnOfChange(before: string, path: string): void {
    let after = before;
    try {
      after = this.#functionDigest();
    } catch {
      // The function cannot be hashed any more. The next call warns of that.
    }
    if (after === before) return;
    warnOnce(
      `${path} changes`,
      `${this.name} changes something that it uses while it runs, so that its cached results are not found ` +
        "again. If that does not matter for the result, name the variable: ignore: ['name']",
    );
  }

  async #invoke(args: readonly unknown[]): Promise<unknown> {
    return (this.fn as (...args: readonly unknown[]) => unknown)(...args);
  }

  #show(args: readonly unknown[]): string {
    return `${this.name}(${args.map(preview).join(', ')})`;
  }
}

/** Returns a function's name with a hash of its source, so that `clear` spares others of the same name. */
function folderName(fn: AnyFunction, name: string): string {
  const source = Function.prototype.toString.call(fn);
  return `${name.replace(/[^\w-]+/g, '_').slice(0, 60)}-${sha(source).slice(0, 8)}`;
}

const sha = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32);

function print(line: string): void {
  process.stderr.write(`[Memory] ${line}\n`);
}
