import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { Schema } from 'apache-arrow';
import type { FormatOptions } from '../output-format.js';
import { csvHeader } from './encode-csv.js';

/**
 * Appends the lines of a CSV file to another one, with empty cells for the columns that only the other has.
 * New columns come last, and wider types have the same text, so all cells stay as they are.
 */
export async function widenCsv(
  from: string,
  schema: Schema,
  to: string,
  wider: Schema,
  { delimiter, compression }: FormatOptions,
): Promise<void> {
  const isNew = await stat(to).then(
    () => false,
    () => true,
  );
  const header = isNew ? csvHeader(wider, delimiter, false) : new Uint8Array(0);
  const cells = Buffer.from(delimiter.repeat(wider.fields.length - schema.fields.length));
  const widened = widenLines(header, cells);
  const [source, sink] = [createReadStream(from), createWriteStream(to, { flags: 'a' })];
  if (compression === 'gzip') await pipeline(source, createGunzip(), widened, createGzip(), sink);
  else await pipeline(source, widened, sink);
}

const QUOTE = 0x22;
const LINE_END = 0x0a;

/** Adds `cells` to the end of each line; the first line gives way to `header`. */
function widenLines(header: Uint8Array, cells: Buffer): Transform {
  let isQuoted = false;
  let isFirst = true;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      const out: Uint8Array[] = [];
      let from = 0;
      for (let at = 0; at < chunk.length; at++) {
        if (chunk[at] === QUOTE) isQuoted = !isQuoted;
        if (chunk[at] !== LINE_END || isQuoted) continue;
        if (isFirst) out.push(header);
        else out.push(chunk.subarray(from, at), cells, chunk.subarray(at, at + 1));
        isFirst = false;
        from = at + 1;
      }
      if (!isFirst) out.push(chunk.subarray(from));
      done(null, Buffer.concat(out));
    },
  });
}
