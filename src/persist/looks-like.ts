/** Says in words, for a message, what a file is by its first bytes. */
export function looksLike(start: Buffer): string {
  if (start.length === 0) return 'it is empty';
  const found = formats.find(({ magic }) => start.toString('latin1', 0, magic.length) === magic);
  if (found) return `it looks like ${found.is}`;
  if (start[0] === 0x80 && start[1] >= 2 && start[1] <= 5) {
    return 'it looks like a Python pickle, as joblib.dump writes it: from Python, write a .feather or .parquet file instead';
  }
  if (start[0] === 0x78 && (start[0] * 256 + start[1]) % 31 === 0) {
    return 'it looks like a zlib stream, as joblib.dump(compress=…) writes it: from Python, write a .feather or .parquet file instead';
  }
  const text = start.toString('utf8');
  if (/^\s*[[{"]/.test(text) && !text.includes('\ufffd'))
    return 'it looks like JSON: read it with JSON.parse';
  if (!/[^\t\n\r\x20-\x7e\u00a0-\ufffc]/.test(text)) return 'it looks like text, perhaps CSV';
  return 'its first bytes are not those of any format known here';
}

const formats: readonly { readonly magic: string; readonly is: string }[] = [
  { magic: 'ARROW1', is: 'an Arrow file' },
  { magic: 'PAR1', is: 'a Parquet file' },
  { magic: 'FEA1', is: 'a Feather file of version 1: write version 2, which is an Arrow file' },
  { magic: '\x93NUMPY', is: 'a NumPy .npy file' },
  { magic: '\x89HDF', is: 'an HDF5 file' },
  { magic: 'SQLite format 3', is: 'an SQLite database' },
  { magic: 'ORC', is: 'an ORC file' },
  { magic: 'Obj\x01', is: 'an Avro file' },
  { magic: 'PK\x03\x04', is: 'a zip archive (.npz and .xlsx are such)' },
  { magic: 'BZh', is: 'a bzip2 file, which Node cannot read' },
  { magic: '\xfd7zXZ', is: 'an xz file, which Node cannot read' },
  { magic: '\x04"M\x18', is: 'an LZ4 file, which is not supported: use gzip or zstd' },
];
