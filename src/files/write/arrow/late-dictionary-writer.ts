import { type Data, type RecordBatch, RecordBatchFileWriter, type Schema, type Vector } from 'apache-arrow';

/**
 * Writes the dictionaries behind the rows, when all of their values are known: many readers take neither two
 * dictionaries for a column nor one that grows. The footer says where they are, so their place is free.
 */
export class LateDictionaryWriter extends RecordBatchFileWriter {
  #chunks: Uint8Array[] = [];
  readonly #dictionaries = new Map<number, Vector>();

  constructor(schema: Schema) {
    super();
    this.reset(undefined, schema);
  }

  /** Sets the values of a dictionary, which are written at the end. */
  keepDictionary(id: number, values: Vector): void {
    this.#dictionaries.set(id, values);
  }

  /** Returns the bytes that are to be written since the last call. */
  drain(): Uint8Array[] {
    const chunks = this.#chunks;
    this.#chunks = [];
    return chunks;
  }

  // The methods below replace those of apache-arrow.

  protected override _write(chunk: ArrayBufferView): this {
    const { buffer, byteOffset, byteLength } = chunk;
    if (!this._started || byteLength === 0) return this;
    this.#chunks.push(new Uint8Array(buffer, byteOffset, byteLength));
    this._position += byteLength;
    return this;
  }

  protected override _writeDictionaries(_batch: RecordBatch): this {
    return this;
  }

  protected override _writeFooter(schema: Schema): this {
    for (const [id, values] of this.#dictionaries) {
      values.data.forEach((chunk: Data, k: number) => {
        this._writeDictionaryBatch(chunk, id, k > 0);
      });
    }
    return super._writeFooter(schema);
  }
}
