import { kindOf } from '../values/index.js';
import { objectsIn } from './options-object.js';
import { GRAPH, Shapes } from './shape.js';
import { Snapshot } from './snapshot.js';
import { type Share, ValueWriter, type WrittenOnce } from './value-serializer.js';

/** Objects of fewer entries and characters cost too little to look for. */
const LARGE_ENTRIES = 1000;
const LARGE_CHARACTERS = 64 * 1024;
/** After so many objects, those that no call has had since as many others are forgotten. */
const GENERATION = 32;
/** Calls with the same argument before copies of it count, and copies before the warning. */
const MANY_CALLS = 4;
const MANY_COPIES = 4;

/** A large argument of several calls. */
export interface RepeatedArgument {
  readonly written: WrittenOnce;
  /** All objects in it. An argument that shares one of them has to be written with it. */
  readonly parts: ReadonlySet<object>;
  /** Missing if the program cannot change the object between two calls. */
  readonly snapshot?: Snapshot;
  readonly turn: number;
}

interface Recent {
  calls: number;
  /** How many of the calls have got a copy, after {@link MANY_CALLS}. */
  copies: number;
  /** How many of the calls have found the object changed. */
  changes: number;
  /** Missing before the second call and after a change; null if the object is written with each call. */
  repeated?: RepeatedArgument | null;
}

let hasWarned = false;

/**
 * Finds large objects that several calls have as an argument, and writes them once. Holds them weakly: a
 * generator may make a large object for every few calls.
 */
export class RepeatedArguments {
  readonly #share: Share;
  readonly #onWritten: (bytes: number) => void;
  /** The latest, and those before them. */
  #young = new WeakMap<object, Recent>();
  #old = new WeakMap<object, Recent>();
  #youngCount = 0;
  #turn = 0;
  /** True if the call seen last has an object that many calls have had. */
  #hasKnown = false;

  constructor(share: Share, onWritten: (bytes: number) => void) {
    this.#share = share;
    this.#onWritten = onWritten;
  }

  /**
   * Counts a call, and returns the objects that are written once, if there are any: arguments, or fields of
   * small ones. The first call with an object always carries its own copy: most arguments come once.
   *
   * @param canChange whether the program may have changed an object since an earlier call with it
   */
  find(args: readonly unknown[], canChange: boolean): ReadonlyMap<unknown, RepeatedArgument> | undefined {
    let found: Map<unknown, RepeatedArgument> | undefined;
    this.#hasKnown = false;
    const take = (value: object): boolean => {
      const repeated = found?.get(value) ?? this.#find(value, canChange);
      if (!repeated) return false;
      found ??= new Map();
      found.set(value, repeated);
      return true;
    };
    for (const argument of args.length > 1 ? new Set(args) : args) {
      if (typeof argument !== 'object' || argument === null || take(argument)) continue;
      for (const [, value] of objectsIn(argument)) take(value);
    }
    return found && areApart([...found.values()]) ? found : undefined;
  }

  /**
   * Warns, once in a program, if many calls have got a copy of the same large argument. Call it after
   * {@link find} for each call whose arguments are copied.
   */
  warnOfCopies(args: readonly unknown[], functionName: string): void {
    if (hasWarned || !this.#hasKnown) return;
    for (const [k, argument] of args.entries()) {
      if (typeof argument !== 'object' || argument === null) continue;
      this.#countCopy(argument, `as argument ${k + 1}`, functionName);
      for (const [name, value] of objectsIn(argument)) {
        this.#countCopy(value, `as '${name}' in argument ${k + 1}`, functionName);
      }
    }
  }

  /**
   * Ends a turn: large memory that calls share is copied anew in the next one. Objects without such memory
   * stay written.
   */
  endTurn(): void {
    this.#turn++;
  }

  #find(object: object, canChange: boolean): RepeatedArgument | undefined {
    const recent = this.#count(object);
    const { repeated } = recent;
    if (repeated === null || recent.calls === 1) return undefined;
    if (repeated) {
      if (!canChange && repeated.turn === this.#turn) return repeated;
      const isCurrent = repeated.snapshot?.isCurrent() ?? false;
      if (isCurrent && (repeated.turn === this.#turn || repeated.written.shared.length === 0))
        return repeated;
      recent.repeated = undefined;
      if (!isCurrent) {
        recent.changes++;
        // Looking for changes does not pay for an object that changes all the time.
        if (recent.changes * 4 > recent.calls) recent.repeated = null;
        return undefined;
      }
    }
    recent.repeated = this.#write(object, canChange);
    return recent.repeated ?? undefined;
  }

  #count(object: object): Recent {
    let recent = this.#young.get(object);
    if (!recent) {
      recent = this.#old.get(object) ?? { calls: 0, copies: 0, changes: 0 };
      this.#young.set(object, recent);
      if (++this.#youngCount === GENERATION) {
        this.#old = this.#young;
        this.#young = new WeakMap();
        this.#youngCount = 0;
      }
    }
    if (++recent.calls > MANY_CALLS) this.#hasKnown = true;
    return recent;
  }

  #write(object: object, canChange: boolean): RepeatedArgument | null {
    const shapes = new Shapes();
    if (shapes.of(object) === GRAPH || !isLarge(shapes)) return null;
    const parts = shapes.objects;
    const snapshot = canChange ? Snapshot.of(parts, (view) => this.#isShared(view)) : undefined;
    if (canChange && !snapshot) return null;
    const shared: SharedArrayBuffer[] = [];
    const writer = new ValueWriter(shared, { share: this.#share });
    writer.writeValue(object);
    const value = writer.releaseBuffer();
    const bytes = new SharedArrayBuffer(value.byteLength);
    new Uint8Array(bytes).set(value);
    this.#onWritten(value.byteLength);
    return { written: { bytes, shared }, parts, snapshot, turn: this.#turn };
  }

  #isShared(view: ArrayBufferView): boolean {
    return view.buffer instanceof SharedArrayBuffer || this.#share(view) !== undefined;
  }

  #countCopy(object: object, place: string, functionName: string): void {
    const recent = this.#young.get(object) ?? this.#old.get(object);
    if (!recent || recent.calls <= MANY_CALLS || ++recent.copies !== MANY_COPIES || hasWarned) return;
    const entries = entriesOf(object);
    if (entries < LARGE_ENTRIES) return;
    hasWarned = true;
    process.emitWarning(
      `Many calls of ${functionName || 'a function'} have the same object of ${entries} entries ${place}, ` +
        'and it is copied for each of them.',
      {
        code: 'APPLY_PARALLEL_REPEATED_ARGUMENT',
        detail:
          'Let the function capture the object, which workers then get once. As an argument it is sent once ' +
          'if all arguments are plain data, none shares an object with it, and it does not change.',
      },
    );
  }
}

const isLarge = ({ entries, characters }: Shapes): boolean =>
  entries >= LARGE_ENTRIES || characters >= LARGE_CHARACTERS;

/** Tells whether no two arguments share an object, which would have to arrive as one. */
function areApart(repeated: readonly RepeatedArgument[]): boolean {
  return repeated.every(({ parts }, k) =>
    repeated.slice(k + 1).every((other) => !hasCommon(parts, other.parts)),
  );
}

const apart = new WeakMap<ReadonlySet<object>, WeakSet<ReadonlySet<object>>>();

/** Remembers pairs that have nothing in common: many calls have the same pair. */
function hasCommon(a: ReadonlySet<object>, b: ReadonlySet<object>): boolean {
  if (apart.get(a)?.has(b)) return false;
  for (const each of a) if (b.has(each)) return true;
  const known = apart.get(a) ?? new WeakSet();
  apart.set(a, known.add(b));
  return false;
}

/** Returns how many entries an object has, with those of its parts as far as they are plain data. */
function entriesOf(value: object): number {
  const shapes = new Shapes();
  if (shapes.of(value) !== GRAPH) return shapes.entries;
  switch (kindOf(value)) {
    case 'object':
      return Object.keys(value).length;
    case 'array':
      return (value as readonly unknown[]).length;
    case 'map':
    case 'set':
      return (value as ReadonlySet<unknown>).size;
    default:
      return 0;
  }
}
