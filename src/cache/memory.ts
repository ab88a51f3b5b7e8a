import { join } from 'node:path';
import { type InspectOptions, inspect } from 'node:util';
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
  /** The folder of the results, created when the first is stored; `null` caches nothing. */
  location: string | URL | null;
  /**
   * Compress results, as `dump` does.
   * @default false
   */
  compress?: Compression;
  /**
   * How much is written to stderr: 0 nothing, 1 every computed call and its time, 2 every result that is read
   * from the cache too, 11 also its file.
   * @default 0
   */
  verbose?: number;
}

/** Options of `Memory.cache`. */
export interface CacheOptions {
  /**
   * The parts of a call that do not count: parameters by name or position, members of plain objects
   * (`'options.verbose'`, or `'verbose'` of a pattern), and variables from outside the function by name.
   * @default nothing
   */
  ignore?: readonly (string | number)[];
  /**
   * Returns whether a stored result is still valid; if not, the call runs again. See {@link expiresAfter}.
   */
  cacheValidationCallback?: (metadata: ResultMetadata) => boolean;
  /** @default that of the memory */
  verbose?: number;
}

type Result<F extends AnyFunction> = Awaited<ReturnType<F>>;

/** The methods of a cached function. */
export interface CachedCalls<F extends AnyFunction> {
  /** Runs the function even if its result is cached, and stores the new result. */
  call(...args: Parameters<F>): Promise<Result<F>>;
  /** Calls the function and returns a reference to the stored result, for results too large for memory. */
  callAndShelve(...args: Parameters<F>): Promise<CachedResult<Result<F>>>;
  /**
   * Returns whether the result of a call is cached and still valid. Does not read the result itself: damage
   * inside it is noticed by the call, which then computes it again.
   */
  checkCallInCache(...args: Parameters<F>): Promise<boolean>;
  /**
   * Removes all results of this function, and those of functions with the same name and source. Closures over
   * different variables are such functions.
   */
  clear(): Promise<void>;
}

/** A function with a cache around it. It is called like the function, and is always asynchronous. */
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

/** The folder of all results inside the location, so that clearing removes nothing else. */
const FOLDER = 'apply-parallel';

/**
 * Keeps the results of functions on disk, so that a call with the same arguments is not computed again,
 * neither in this process nor in others.
 *
 * A result is found by the function's source, the sources and values of everything it uses, and the content
 * of the arguments; {@link hash} says what counts. If any of these changes, the call is computed again.
 * Results can be all that {@link dump} can write; for other results or arguments the function runs without
 * its cache, with a warning.
 *
 * Several processes may use one location at once. A damaged file causes a warning and another computation,
 * never a wrong result.
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
  /** @internal For the option `cache` of applyParallel; undefined if nothing is cached. */
  readonly home: CacheHome | undefined;
  /** @internal The options with which a worker creates the same Memory. */
  readonly options: MemoryOptions;
  /** The folder that was given; null if nothing is cached. */
  readonly location: string | null;
  readonly #folder: string | null;
  readonly #compression: ResolvedCompression | undefined;
  readonly #verbose: number;

  constructor(options: MemoryOptions) {
    checkOptions('Memory', options ?? {}, memoryRules);
    if (options?.location === undefined) {
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

  /** @internal How console.log prints it. */
  [inspect.custom](_depth: number, options?: InspectOptions): string {
    return `Memory ${inspect(this.options, options)}`;
  }

  /**
   * Returns the function with a cache around it. Equal calls return equal values, but not the same object.
   *
   * @param fn any function, asynchronous or not; a cached function is cached anew with these options
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

  /** @internal Creates a cached function, or a method of one, in the worker that it was sent to. */
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
   * Removes the least recently used results until the rest is within the limits.
   *
   * @returns the number and bytes of the removed results
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

// Checks names only; `reduceFolder` checks the values.
const limitRules: Rules<SizeLimits> = {
  bytesLimit: [() => true, ''],
  itemsLimit: [() => true, ''],
  ageLimit: [() => true, ''],
};
