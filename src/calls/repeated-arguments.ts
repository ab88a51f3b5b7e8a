import { kindOf } from '../values/index.js';
import { GRAPH, Shapes } from './shape.js';
import { type Share, ValueWriter, type WrittenOnce } from './value-serializer.js';

/** Objects of fewer entries and characters cost too little to look for. */
const LARGE_ENTRIES = 1000;
const LARGE_CHARACTERS = 64 * 1024;
/** Objects of the latest calls that are remembered. */
const MAX_RECENT = 64;
/** Calls with the same large argument, each with a copy, before the warning. */
const MANY_CALLS = 8;

/** A large argument of several calls. */
export interface RepeatedArgument {
  readonly written: WrittenOnce;
  /** All objects in it. An argument that shares one of them has to be written with it. */
  readonly parts: ReadonlySet<object>;
}

interface Recent {
  /** How many calls have had the object. */
  calls: number;
  /** Missing before the second call; null if the object is written with each call. */
  repeated?: RepeatedArgument | null;
}

let hasWarned = false;

/** Finds large objects that several calls have as an argument, and writes them once. */
export class RepeatedArguments {
  readonly #share: Share;
  readonly #onWritten: (bytes: number) => void;
  /** The latest last. */
  readonly #recent = new Map<object, Recent>();

  constructor(share: Share, onWritten: (bytes: number) => void) {
    this.#share = share;
    this.#onWritten = onWritten;
  }

  /**
   * Counts a call, and returns its arguments that are written once, if there are any. The first call with an
   * object always carries its own copy: most arguments come once.
   *
   * @param canChange whether the program may have changed an object since an earlier call with it
   */
  find(args: readonly unknown[], canChange: boolean): ReadonlyMap<unknown, RepeatedArgument> | undefined {
    let found: Map<unknown, RepeatedArgument> | undefined;
    for (const argument of args.length > 1 ? new Set(args) : args) {
      if (typeof argument !== 'object' || argument === null) continue;
      const recent = this.#count(argument);
      if (canChange) continue;
      if (recent.calls > 1 && recent.repeated === undefined) recent.repeated = this.#write(argument);
      if (recent.repeated) {
        found ??= new Map();
        found.set(argument, recent.repeated);
      }
    }
    return found;
  }

  /** Warns, once in a program, if many calls have got a copy of the same large argument. */
  warnOfCopies(args: readonly unknown[], functionName: string): void {
    if (hasWarned) return;
    for (const [k, argument] of args.entries()) {
      if (typeof argument !== 'object' || argument === null) continue;
      if (this.#recent.get(argument)?.calls !== MANY_CALLS) continue;
      const entries = entriesOf(argument);
      if (entries < LARGE_ENTRIES) continue;
      hasWarned = true;
      process.emitWarning(
        `Many calls of ${functionName || 'a function'} have the same object of ${entries} entries as argument ` +
          `${k + 1}, and it is copied for each of them.`,
        {
          code: 'APPLY_PARALLEL_REPEATED_ARGUMENT',
          detail:
            'Let the function capture the object, which workers then get once. Parallel and parmap also send ' +
            'it once if they get an array of calls and all arguments are plain data.',
        },
      );
      return;
    }
  }

  forget(): void {
    this.#recent.clear();
  }

  #count(argument: object): Recent {
    const recent = this.#recent.get(argument) ?? { calls: 0 };
    recent.calls++;
    this.#recent.delete(argument);
    this.#recent.set(argument, recent);
    if (this.#recent.size > MAX_RECENT) this.#recent.delete(this.#recent.keys().next().value as object);
    return recent;
  }

  #write(argument: object): RepeatedArgument | null {
    const shapes = new Shapes();
    if (shapes.of(argument) === GRAPH || !isLarge(shapes)) return null;
    for (const { repeated } of this.#recent.values()) {
      if (repeated && shapes.hasAnyOf(repeated.parts)) return null;
    }
    const shared: SharedArrayBuffer[] = [];
    const writer = new ValueWriter(shared, { share: this.#share });
    writer.writeValue(argument);
    const value = writer.releaseBuffer();
    const bytes = new SharedArrayBuffer(value.byteLength);
    new Uint8Array(bytes).set(value);
    this.#onWritten(value.byteLength);
    return { written: { bytes, shared }, parts: shapes.objects };
  }
}

const isLarge = ({ entries, characters }: Shapes): boolean =>
  entries >= LARGE_ENTRIES || characters >= LARGE_CHARACTERS;

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
