import { DataType, type Schema } from 'apache-arrow';
import { allocateShared, concatData } from '../../../arrow/index.js';
import { ApplyError } from '../../../errors.js';
import { compileParquet } from '../../../parquet-library/index.js';
import type { FormatOptions, OutputFormat } from '../output-format.js';
import { columnsOf, footerOf, ParquetAssembly } from './column-chunks.js';
import { cutColumns } from './cut-columns.js';
import { encodeColumns, encodeParquet } from './encode-columns.js';
import type { ThriftStruct } from './thrift-tree.js';

/** Writes Parquet files. The columns of a row group are encoded apart, by parquet-wasm. */
export function parquetOutput({ compression }: FormatOptions): OutputFormat {
  let known: { readonly schema: Schema; readonly footer: ThriftStruct } | undefined;
  return {
    ending: '.parquet',
    check({ fields }) {
      const field = fields.find(({ type }) => hasUnion(type));
      if (field === undefined) return;
      throw new ApplyError(
        'ERR_UNSTORABLE',
        `column '${field.name}' is ${field.type}, which a Parquet file cannot hold: write Arrow`,
      );
    },
    cut: cutColumns,
    encode: (piece) => encodeColumns(piece, compression),
    begin(schema) {
      const assembly = new ParquetAssembly();
      return {
        add: ({ numRows }, encoded) => assembly.add(encoded.map(columnsOf), numRows),
        end: async () => assembly.end(await footerOfNoRows(schema)),
      };
    },
  };

  /** Files of one data set have one schema, so the footer is made once. */
  async function footerOfNoRows(schema: Schema) {
    if (known?.schema !== schema) {
      const columns = schema.fields.map(({ type }) => concatData(type, [], allocateShared));
      const file = encodeParquet({ schema, columns, numRows: 0 }, compression, await compileParquet());
      known = { schema, footer: footerOf(file) };
    }
    return known.footer;
  }
}

function hasUnion(type: DataType): boolean {
  if (DataType.isUnion(type)) return true;
  return (type.children ?? []).some((child) => hasUnion(child.type));
}
