import { join } from 'node:path';
import { ApplyError } from '../errors.js';
import { checkOptions, type Rules } from '../options/index.js';
import {
  type Compression,
  compressionRule,
  filePath,
  isCompression,
  type ResolvedCompression,
  resolveCompression,
} from '../persist/index.js';
import { type AnyFunction, wrapAgain } from '../ship/index.js';
import { preview } from '../util/index.js';
import { reduceFolder, removeFolder, type SizeLimits } from './cache-folder.js';
import { setCachedRecipe, unwrapCached } from './cached-recipe.js';
import type { CachedResult } from './cached-result.js';
import { CallCache } from './call-cache.js';
import type { ResultMetadata } from './expires-after.js';
import type { CacheHome } from './group-store.js';

/** Options of {@link Memory}. */
export interface MemoryOptions {
  /** The folder that holds the results; made when the first one is stored. `null`: nothing is cached, and functions simply run. */
  location: string | URL | null;
  /**
   * Compress results, as `dump` does.
   * @default false
   */
  compress?: Compression;
  /**
   * What is told on stderr: 0 nothing, 1 every call that is computed and how long it took, 2 every result that is read from the cache as
   * well, 11 also from which file.
   * @default 0
   */
  verbose?: number;
}

/** Options of `Memory.cache`. */
export interface CacheOptions {
  /**
   * What does not count: parameters by name or position, members of a parameter that is a plain object (`'options.verbose'`, or `'verbose'` where
   * the parameter is a pattern), and variables that the function uses from its surroundings, by name.
   * @default nothing
   */
  ignore?: readonly (string | number)[];
  /** Whether a stored result is still good; else it is computed again. {@link expiresAfter} makes one. */
  cacheValidationCallback?: (metadata: ResultMetadata) => boolean;
  /** @default that of the memory */
  verbose?: number;
}

type Result<F extends AnyFunction> = Awaited<ReturnType<F>>;

/** What a cached function can do beside being called. */
export interface CachedCalls<F extends AnyFunction> {
  /** Runs the function whether or not its result is cached, and stores the result. */
  call(...args: Parameters<F>): Promise<Result<F>>;
  /** Like a call, and gives a reference to the stored result instead of the result: for results too large to hold many of. */
  callAndShelve(...args: Parameters<F>): Promise<CachedResult<Result<F>>>;
  /**
   * Is the result of this call cached, and still valid? Runs nothing and reads no result: bytes damaged inside of one are noticed only by
   * the call, which then computes it again.
   */
  checkCallInCache(...args: Parameters<F>): Promise<boolean>;
  /**
   * Removes all results of this function, and of others with the same name and source: closures on other variables, say. They are
   * computed again when wanted.
   */
  clear(): Promise<void>;
}

/** A function with a cache around it: called like the function, always asynchronous. */
export type CachedFunction<F extends AnyFunction> = (F extends (...args: never[]) => Promise<unknown>
  ? F
  : (...args: Parameters<F>) => Promise<Result<F>>) &
  CachedCalls<F>;

const isLevel = (value: unknown) => typeof value === 'number' && value >= 0;

const memoryRules: Rules<MemoryOptions> = {
  location: [(v) => v === null || typeof v === 'string' || v instanceof URL, 'a path, a file: URL or null'],
  compress: [isCompression, compressionRule],
  verbose: [isLevel, 'a number from 0'],
};

const cacheRules: Rules<CacheOptions> = {
  ignore: [
    (v) => Array.isArray(v) && v.every((each) => typeof each === 'string' || Number.isInteger(each)),
    'an array of names and positions',
  ],
  cacheValidationCallback: [(v) => typeof v === 'function', 'a function'],
  verbose: [isLevel, 'a number from 0'],
};

/** The name under which everything lies in the location, so that clearing removes nothing else. */
const FOLDER = 'apply-parallel';

/**
 * Keeps the results of functions on disk, so that a call with the same arguments is not computed again, in this process or another one.
 *
 * A result is found by the function's source, the sources and values of everything it uses, and the content of the arguments:
 * after any of these changed, the call is computed again. See {@link hash} for what counts as the same. Results are what {@link dump} can keep;
 * where a result or an argument is something else, the function runs without its cache and a warning says why.
 *
 * Several processes may use one location at once. A damaged file is a warning and a call computed again, never a wrong answer.
 *
 * The counterpart of `joblib.Memory`.
 *
 * @throws ApplyError `ERR_INVALID_OPTION`
 * @example
 * const memory = new Memory({ location: '/tmp/apply-parallel-example' });
 * const slowSum = memory.cache((xs: Float64Array) => xs.reduce((sum, x) => sum + x, 0));
 * await slowSum(Float64Array.of(1, 2)); // computed
 * await slowSum(Float64Array.of(1, 2)); // read from disk
 * await memory.clear();
 */
export class Memory {
  /** @internal What the option `cache` of applyParallel needs. */
  readonly home: CacheHome | undefined;
  /** @internal What makes another of the same, in a worker. */
  readonly options: MemoryOptions;
  /** The folder that was given; null where nothing is cached. */
  readonly location: string | null;
  readonly #folder: string | null;
  readonly #compression: ResolvedCompression | undefined;
  readonly #verbose: number;

  constructor(options: MemoryOptions) {
    checkOptions('Memory', options, memoryRules);
    if (options.location === undefined) {
      throw new ApplyError(
        'ERR_INVALID_OPTION',
        'Memory: location is missing: a folder, or null to cache nothing',
      );
    }
    this.location = options.location === null ? null : filePath('Memory', options.location);
    this.options = { ...options, location: this.location };
    this.#folder = this.location && join(this.location, FOLDER);
    this.#compression = resolveCompression(options.compress, '');
    this.#verbose = options.verbose ?? 0;
    this.home = this.#folder === null ? undefined : { folder: this.#folder, compression: this.#compression };
  }

  /**
   * The function with a cache around it. Results of equal calls are equal values, and never the same object twice.
   *
   * @param fn any function, asynchronous or not; a cached one is cached anew, under these options
   * @throws ApplyError `ERR_INVALID_OPTION`
   */
  cache<F extends AnyFunction>(fn: F, options: CacheOptions = {}): CachedFunction<F> {
    if (typeof fn !== 'function') {
      throw new ApplyError('ERR_INVALID_OPTION', `Memory.cache takes a function, got ${preview(fn)}`);
    }
    checkOptions('Memory.cache', options, cacheRules);
    const inner = unwrapCached(fn) as F;
    const calls = new CallCache(inner, {
      folder: this.#folder,
      compression: this.#compression,
      verbose: options.verbose ?? this.#verbose,
      ignore: options.ignore ?? [],
      isValid: options.cacheValidationCallback,
    });
    const methods: CachedCalls<F> = {
      call: (...args) => calls.compute(args) as Promise<Result<F>>,
      callAndShelve: (...args) => calls.shelve(args) as Promise<CachedResult<Result<F>>>,
      checkCallInCache: (...args) => calls.isCached(args),
      clear: () => calls.clear(),
    };
    const cached = Object.assign((...args: Parameters<F>) => calls.run(args), methods);
    Object.defineProperty(cached, 'name', { value: inner.name, configurable: true });
    Object.defineProperty(cached, 'length', { value: inner.length, configurable: true });
    const { cacheValidationCallback, ...rest } = options;
    setCachedRecipe(cached, inner, this, [{ ...rest }, cacheValidationCallback]);
    return cached as unknown as CachedFunction<F>;
  }

  /** @internal Makes a cached function, or a method of one, in the worker it was sent to. */
  [wrapAgain](fn: AnyFunction, member: string | undefined, args: readonly unknown[]): AnyFunction {
    const [options, cacheValidationCallback] = args as [
      CacheOptions,
      CacheOptions['cacheValidationCallback'],
    ];
    const cached = this.cache(fn, {
      ...options,
      ...(cacheValidationCallback && { cacheValidationCallback }),
    });
    return member === undefined ? cached : (Reflect.get(cached, member) as AnyFunction);
  }

  /** Calls a function through the cache: `memory.cache(fn)(...args)`. */
  eval<F extends AnyFunction>(fn: F, ...args: Parameters<F>): Promise<Result<F>> {
    const cached = this.cache(fn) as (...args: Parameters<F>) => Promise<Result<F>>;
    return cached(...args);
  }

  /**
   * Removes the results that were not used for the longest time, until the rest is within the limits.
   *
   * @returns how much was removed
   * @throws ApplyError `ERR_INVALID_OPTION`
   */
  async reduceSize(limits: SizeLimits): Promise<{ items: number; bytes: number }> {
    checkOptions('reduceSize', limits, limitRules);
    return this.#folder === null ? { items: 0, bytes: 0 } : reduceFolder(this.#folder, limits);
  }

  /** Removes all results of all functions. Other files at the location stay. */
  async clear(): Promise<void> {
    if (this.#folder === null) return;
    if (this.#verbose > 0) process.stderr.write(`[Memory] Clearing ${this.#folder}\n`);
    await removeFolder(this.#folder);
  }
}

// What these must be is said where they are read.
const limitRules: Rules<SizeLimits> = {
  bytesLimit: [() => true, ''],
  itemsLimit: [() => true, ''],
  ageLimit: [() => true, ''],
};
