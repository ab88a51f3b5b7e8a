import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import vm from 'node:vm';
import {
  type Memory,
  VIEW_CLASSES,
  ViewDeserializer,
  ViewSerializer,
  viewClassOf,
} from '#dist/values/index.js';

const memories: Memory[] = [];

class Writer extends ViewSerializer {
  protected override writeMemory({ buffer, byteOffset, byteLength }: ArrayBufferView): void {
    this.writeUint32(memories.push({ buffer, byteOffset, byteLength }) - 1);
  }
}

class Reader extends ViewDeserializer {
  protected override readMemory(): Memory {
    return memories[this.readUint32()];
  }
}

function trip<T>(value: T): T {
  const writer = new Writer();
  writer.writeValue(value);
  return new Reader(writer.releaseBuffer()).readValue() as T;
}

describe('serializers', () => {
  it('carry views of all classes that this version of Node has', () => {
    for (const name of VIEW_CLASSES) {
      const Class: unknown = Reflect.get(globalThis, name);
      if (Class === undefined) continue;
      const buffer = new ArrayBuffer(32);
      const view =
        name === 'Buffer' ? Buffer.from(buffer, 8, 16) : Reflect.construct(Class as never, [buffer, 8, 2]);
      const { whole } = trip({ whole: view as ArrayBufferView });
      assert.equal(viewClassOf(whole), name);
      assert.equal(whole.buffer, buffer);
      assert.deepEqual([whole.byteOffset, whole.byteLength], [8, (view as ArrayBufferView).byteLength]);
    }
  });

  it('make a view of another class one of the class that it extends', () => {
    class Prices extends Float64Array {}
    Object.defineProperty(Prices.prototype, Symbol.toStringTag, { value: 'Prices' });
    assert.equal(Object.getPrototypeOf(trip(new Prices(2))), Float64Array.prototype);
    assert.ok(trip(vm.runInNewContext('new Uint16Array([1, 2])')) instanceof Uint16Array);
  });

  it('refuse what structured clone refuses, and objects of native classes', () => {
    assert.throws(() => trip({ fn: () => 1 }), { name: 'TypeError', message: /could not be cloned/ });
    const { port1 } = new MessageChannel();
    assert.throws(() => trip([port1]), /could not be cloned/);
    port1.close();
  });
});
