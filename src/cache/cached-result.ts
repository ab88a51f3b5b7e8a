import { rm } from 'node:fs/promises';
import { ApplyError } from '../errors.js';
import { readResult } from './result-file.js';

/** A result that lies in the cache, not in memory: what `callAndShelve` gives. joblib calls it MemorizedResult. */
export interface CachedResult<T> {
  /**
   * Reads the result.
   * @throws ApplyError `ERR_BAD_FILE` when it is no longer there
   */
  get(): Promise<T>;
  /** Removes the result from the cache. */
  clear(): Promise<void>;
}

/** By its path, which another process can be given. */
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

/** Where nothing is cached, the result itself. Without #private members: a worker may give it back. */
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
    `the shelved result of ${name} is gone: it was cleared, or the cache was reduced. Call the function again`,
  );
