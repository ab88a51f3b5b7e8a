import type { Session } from 'node:inspector';

/** The internal properties of a function, which only V8's inspector tells. */
export interface Internals {
  readonly location?: { readonly scriptId: string; readonly line: number; readonly column: number };
  /**
   * Innermost first. `variables` holds live values; a variable in its temporal dead zone reads as undefined.
   */
  readonly scopes: readonly {
    readonly kind: string;
    readonly variables: Readonly<Record<string, unknown>>;
  }[];
  readonly bound?: { readonly target: unknown; readonly self: unknown; readonly args: readonly unknown[] };
}

interface RemoteValue {
  readonly type: string;
  readonly objectId?: string;
  readonly value?: unknown;
  /** `NaN`, `-0`, `Infinity`, or a bigint such as `1n`. */
  readonly unserializableValue?: string;
}

/** The object through which values pass between this code and the inspector's. */
interface HandOver {
  value?: unknown;
  out?: unknown;
}

// Lies on the built-in module and not on globalThis, which test runners replace.
const SLOT = Symbol.for('apply-parallel.ship.slot');
const SLOT_EXPRESSION = `process.getBuiltinModule('node:inspector')[Symbol.for('apply-parallel.ship.slot')]`;
const HAND_OVER = `function () { "use strict"; ${SLOT_EXPRESSION}.out = this }`;

/**
 * An inspector session of this thread, connected on first use. It answers synchronously, with no domain
 * enabled. Close it: a connected session keeps every argument of console.log alive.
 */
export class Inspector {
  private session: Session | undefined;
  private slot: HandOver = {};
  private readonly known = new Map<object, Internals>();

  /**
   * Returns the internal properties of a function, which are read once per session. Throws the error of
   * `Session.connect` where the inspector is not available.
   */
  internals(fn: object): Internals {
    let internals = this.known.get(fn);
    if (!internals) {
      internals = this.readInternals(fn);
      this.known.set(fn, internals);
    }
    return internals;
  }

  /** Returns the #private fields of an object, by name with the `#`. */
  privateFields(value: object): ReadonlyMap<string, unknown> {
    const answer = this.post<{ privateProperties?: { name: string; value?: RemoteValue }[] }>(
      'Runtime.getProperties',
      { objectId: this.handle(value), ownProperties: true },
    );
    const fields = new Map<string, unknown>();
    for (const { name, value: remote } of answer.privateProperties ?? [])
      if (remote) fields.set(name, this.real(remote));
    this.slot.value = this.slot.out = undefined;
    return fields;
  }

  /** Sends a command and returns its result. */
  post<T>(method: string, parameters: object = {}): T {
    const session = this.connect();
    let failure: Error | null = null;
    let answer: T | undefined;
    session.post(method, parameters, (error: Error | null, result?: object) => {
      failure = error;
      answer = result as T;
    });
    if (failure) throw failure;
    if (answer === undefined) throw new Error(`the inspector did not answer ${method} at once`);
    return answer;
  }

  /** Runs `body` with a listener for an event of the inspector. */
  during<T>(event: string, listener: (parameters: T) => void, body: () => void): void {
    const session = this.connect();
    const unwrap = (message: { params: T }): void => listener(message.params);
    session.on(event, unwrap);
    try {
      body();
    } finally {
      session.off(event, unwrap);
    }
  }

  /** Returns the inspector's object id for a value of this thread. */
  handle(value: unknown): string {
    this.connect();
    this.slot.value = value;
    const expression = `${SLOT_EXPRESSION}.value`;
    return (
      this.post<{ result: RemoteValue }>('Runtime.evaluate', { expression, silent: true }).result.objectId ??
      ''
    );
  }

  close(): void {
    if (!this.session) return;
    this.session.disconnect();
    this.session = undefined;
    Reflect.deleteProperty(process.getBuiltinModule('node:inspector'), SLOT);
  }

  private connect(): Session {
    if (this.session) return this.session;
    const inspector = process.getBuiltinModule('node:inspector');
    const session = new inspector.Session();
    session.connect();
    this.session = session;
    this.slot = {};
    Object.defineProperty(inspector, SLOT, { value: this.slot, configurable: true });
    return session;
  }

  /** Returns the value of this thread that a remote value stands for. */
  private real(remote: RemoteValue): unknown {
    if (!remote.objectId) return primitiveOf(remote);
    this.slot.out = undefined;
    const parameters = { objectId: remote.objectId, functionDeclaration: HAND_OVER, silent: true };
    this.post('Runtime.callFunctionOn', parameters);
    return this.slot.out;
  }

  private readInternals(fn: object): Internals {
    const objectId = this.handle(fn);
    const answer = this.post<{ internalProperties?: { name: string; value?: RemoteValue }[] }>(
      'Runtime.getProperties',
      { objectId, ownProperties: true },
    );
    const slots = new Map((answer.internalProperties ?? []).map(({ name, value }) => [name, value]));
    const target = slots.get('[[TargetFunction]]');
    const self = slots.get('[[BoundThis]]');
    const args = slots.get('[[BoundArgs]]');
    const scopes = slots.get('[[Scopes]]');
    const place = slots.get('[[FunctionLocation]]')?.value as
      | { scriptId: string; lineNumber: number; columnNumber: number }
      | undefined;
    const internals: Internals = {
      location: place && { scriptId: place.scriptId, line: place.lineNumber, column: place.columnNumber },
      scopes: scopes
        ? listOf<{ description: string; object: Record<string, unknown> }>(this.real(scopes)).map(toScope)
        : [],
      bound: target && {
        target: this.real(target),
        self: self && this.real(self),
        args: args ? listOf(this.real(args)) : [],
      },
    };
    this.slot.value = this.slot.out = undefined;
    return internals;
  }
}

/** Returns the primitive that a remote value holds; JSON has no form for some numbers and for bigints. */
function primitiveOf({ type, value, unserializableValue }: RemoteValue): unknown {
  if (unserializableValue === undefined) return value;
  return type === 'bigint' ? BigInt(unserializableValue.slice(0, -1)) : Number(unserializableValue);
}

function toScope(scope: {
  description: string;
  object: Record<string, unknown>;
}): Internals['scopes'][number] {
  return { kind: scope.description.replace(/ .*/, ''), variables: scope.object };
}

/** Copies a list of the inspector, which comes without a prototype and so cannot be iterated. */
function listOf<T>(value: unknown): T[] {
  return Array.from(value as ArrayLike<T>);
}
