import { ApplyError } from '../errors.js';

/*
 * The bytes of a value, everything little-endian:
 *
 *   0   4 bytes   'APWR'
 *   4   uint32    version of the format
 *   8   uint32    number of sections
 *   12  uint32    number of views
 *   16  uint64    bytes of the body
 *   24            sections: byte length of each, as float64
 *   …             views: section, offset, byte length of each, as float64
 *   …             the body, in the format of V8's structured clone, which refers to views by number
 *   …             the sections, which hold the memory that the views show
 *
 * The body and each section begin at a multiple of 8, so that views of any type lie on the bytes themselves.
 */

const MAGIC = 0x52575041;
/** Raise it with any change of this format, or of the tasks and results that travel in it. */
export const WIRE_VERSION = 1;
export const HEAD_BYTES = 24;

export const padded = (byteLength: number): number => Math.ceil(byteLength / 8) * 8;

export interface Head {
  readonly sections: number;
  readonly views: number;
  readonly bodyBytes: number;
}

export function writeHead({ sections, views, bodyBytes }: Head, version = WIRE_VERSION): Uint32Array {
  return Uint32Array.of(
    MAGIC,
    version,
    sections,
    views,
    bodyBytes % 2 ** 32,
    Math.floor(bodyBytes / 2 ** 32),
  );
}

/** Reads the head. Throws `ERR_UNSUPPORTED` for bytes of another version, or of something else. */
export function readHead(bytes: Uint8Array): Head {
  if (bytes.byteLength < HEAD_BYTES) throw damaged('they end before their head does');
  const [magic, version, sections, views, low, high] = new Uint32Array(bytes.buffer, bytes.byteOffset, 6);
  if (magic !== MAGIC) throw damaged('they do not begin as such');
  if (version !== WIRE_VERSION) {
    throw new ApplyError(
      'ERR_UNSUPPORTED',
      `another process has sent bytes in version ${version} of the wire format, and this one reads version ` +
        `${WIRE_VERSION}: use the same version of apply-parallel in both`,
    );
  }
  return { sections, views, bodyBytes: low + high * 2 ** 32 };
}

/** Returns the error for bytes that {@link writeHead} did not begin, or that end too early. */
export const damaged = (why: string): ApplyError =>
  new ApplyError('ERR_UNSUPPORTED', `these are no bytes that apply-parallel has encoded: ${why}`);
