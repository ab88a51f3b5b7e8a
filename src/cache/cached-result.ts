import { rm } from 'node:fs/promises';
import { ApplyError } from '../errors.js';
import { readResult } from './result-file.js';

/** A reference to a result in the cache, as `callAndShelve` returns it; joblib's MemorizedResult. */
export interface CachedResult<T> {
  /**
   * Reads the result.
   * @throws ApplyError `ERR_BAD_FILE` if it has been removed
   */
  get(): Promise<T>;
  /** Removes the result from the cache. */
  clear(): Promise<void>;
}

/** A result in a file. Other processes can use it too: it holds the path alone. */
export class ShelvedResult<T> implements CachedResult<T> {
  constructor(
    private readonly path: string,
    private readonly name: string,
  ) {}

  async get(): Promise<T> {
    const result = await readResult(this.path);
    if (result) return result.value as T;
    throw gone(this.name);
  }

  async clear(): Promise<void> {
    await rm(this.path, { force: true });
  }
}

/**
 * A result in memory, for functions without a cache. Has no #private members, so that workers can return it.
 */
export class HeldResult<T> implements CachedResult<T> {
  private held: { readonly value: T } | undefined;

  constructor(
    value: T,
    private readonly name: string,
  ) {
    this.held = { value };
  }

  async get(): Promise<T> {
    if (this.held) return this.held.value;
    throw gone(this.name);
  }

  async clear(): Promise<void> {
    this.held = undefined;
  }
}

const gone = (name: string) =>
  new ApplyError(
    'ERR_BAD_FILE',
    `the shelved result of ${name} is gone: it was cleared, or the cache was reduced. ` +
      'Call the function again',
  );
