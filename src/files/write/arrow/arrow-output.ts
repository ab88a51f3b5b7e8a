import { Dictionary, type Schema, Vector } from 'apache-arrow';
import {
  allocateShared,
  type Batch,
  concatData,
  dataOf,
  tableToWrite,
  unifyDictionaries,
} from '../../../arrow/index.js';
import type { OutputFile, OutputFormat } from '../output-format.js';
import { LateDictionaryWriter } from './late-dictionary-writer.js';

/** Writes Arrow files (Feather, version 2). They hold columns as memory does, so nothing is encoded. */
export function arrowOutput(): OutputFormat {
  return { ending: '.arrow', check() {}, cut: () => [], begin: (schema) => new ArrowFile(schema) };
}

class ArrowFile implements OutputFile {
  readonly #schema: Schema;
  readonly #writer: LateDictionaryWriter;
  /** The values of each dictionary column so far. */
  readonly #dictionaries: (Vector | undefined)[];

  constructor(schema: Schema) {
    this.#schema = schema;
    this.#writer = new LateDictionaryWriter(schema);
    this.#dictionaries = schema.fields.map(({ type }) =>
      type instanceof Dictionary ? noValues(type) : undefined,
    );
  }

  add({ columns, numRows }: Batch): readonly Uint8Array[] {
    const known = columns.map((data, k) => {
      const values = this.#dictionaries[k];
      if (values === undefined) return data;
      const type = this.#schema.fields[k].type as Dictionary;
      // The values so far come first, so indices that are written stay right.
      const before = dataOf(type, 0, 0, {}, { dictionary: values });
      const { dictionary, chunks } = unifyDictionaries(type, [before, data]);
      this.#dictionaries[k] = dictionary;
      const indices = chunks[1].clone(type);
      indices.dictionary = dictionary;
      return indices;
    });
    const { batches } = tableToWrite(this.#schema, [{ schema: this.#schema, columns: known, numRows }]);
    this.#writer.write(batches[0]);
    return this.#writer.drain();
  }

  end(): readonly Uint8Array[] {
    this.#schema.fields.forEach(({ type }, k) => {
      const values = this.#dictionaries[k];
      if (values) this.#writer.keepDictionary((type as Dictionary).id, values);
    });
    this.#writer.finish();
    return this.#writer.drain();
  }
}

const noValues = (type: Dictionary): Vector => new Vector([concatData(type.dictionary, [], allocateShared)]);
