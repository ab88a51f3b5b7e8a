import { Deserializer, Serializer } from 'node:v8';
import { type Memory, viewOn, viewPosition } from './views.js';

/** The part of a Serializer that Node documents and its types lack. */
interface Documented {
  _setTreatArrayBufferViewsAsHostObjects(isOn: boolean): void;
}

/** Writes values as structured clone does, and leaves it to a subclass where the memory of views goes. */
export abstract class ViewSerializer extends Serializer {
  constructor() {
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
    super(bytes);
    this.readHeader();
  }

  protected abstract readMemory(): Memory;

  /** V8 calls it where `_writeHostObject` wrote something. */
  _readHostObject(): unknown {
    const position = this.readUint32();
    return viewOn(position, this.readMemory());
  }
}
