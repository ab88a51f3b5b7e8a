import { Deserializer, Serializer } from 'node:v8';
import { ApplyError } from '../errors.js';
import { toThisRealm } from './realm.js';
import { type Memory, viewOn, viewPosition } from './views.js';

/** The part of a Serializer that Node documents and its types lack. */
interface Documented {
  _setTreatArrayBufferViewsAsHostObjects(isOn: boolean): void;
}

let isThere = false;

/** Throws `ERR_UNSUPPORTED` in a runtime whose `node:v8` has no Serializer; Bun's throws when it is made. */
export function requireSerializer(advice = ''): void {
  if (isThere) return;
  try {
    new Serializer();
    isThere = true;
  } catch (cause) {
    const runtime = process.versions.bun === undefined ? 'This runtime' : `Bun ${process.versions.bun}`;
    throw new ApplyError(
      'ERR_UNSUPPORTED',
      `${runtime} has no Serializer in node:v8, which this needs; run the program with Node${advice}`,
      { cause },
    );
  }
}

/** A subclass of {@link ViewSerializer} writes this in place of the position of a view's class. */
export const OTHER = 0xff;

/** Writes values as structured clone does, and leaves it to a subclass where the memory of views goes. */
export abstract class ViewSerializer extends Serializer {
  constructor() {
    requireSerializer();
    super();
    (this as unknown as Documented)._setTreatArrayBufferViewsAsHostObjects(true);
    this.writeHeader();
  }

  /** Writes what {@link ViewDeserializer.readMemory} needs to find the memory of a view. */
  protected abstract writeMemory(view: ArrayBufferView): void;

  /** V8 calls it for views, and for objects of native classes that it cannot write. */
  _writeHostObject(value: ArrayBufferView): void {
    const position = viewPosition(value);
    if (position < 0) throw new TypeError(`${Object.prototype.toString.call(value)} could not be cloned`);
    this.writeUint32(position);
    this.writeMemory(value);
  }

  /** V8 throws what this returns when a value cannot be cloned. */
  _getDataCloneError(message: string): Error {
    return new TypeError(message);
  }
}

/** Reads what a {@link ViewSerializer} wrote. */
export abstract class ViewDeserializer extends Deserializer {
  constructor(bytes: Uint8Array) {
    requireSerializer();
    super(bytes);
    this.readHeader();
  }

  override readValue(): unknown {
    return toThisRealm(super.readValue());
  }

  protected abstract readMemory(): Memory;

  /** V8 calls it where `_writeHostObject` wrote something. */
  _readHostObject(): unknown {
    const position = this.readUint32();
    return position === OTHER ? this.readOther() : viewOn(position, this.readMemory());
  }

  /** Reads what a subclass of {@link ViewSerializer} wrote after {@link OTHER}. */
  protected readOther(): unknown {
    throw new Error('these bytes hold something that only calls read');
  }
}
