import '../../load-arrow/index.js';

import { type PackedBatch, unpackBatch } from '../../arrow/index.js';
import type { Kernel, KernelSource } from '../../run/index.js';
import type { FormatOptions } from './output-format.js';
import { outputFormat } from './output-formats.js';

/* Encodes pieces of what is written in a worker; each index of the job is one piece. */

export interface EncodeTask {
  readonly pieces: readonly PackedBatch[];
  readonly format: FormatOptions;
}

/** An encoded piece as it is posted. */
export interface EncodedPiece {
  readonly index: number;
  readonly bytes: Uint8Array;
}

export const encodeKernelSource = (data: EncodeTask): KernelSource => ({
  name: 'createEncodeKernel',
  isAlone: true,
  data,
});

export async function createEncodeKernel({ pieces, format }: EncodeTask): Promise<Kernel> {
  const { encode } = outputFormat(format);
  let encoded: EncodedPiece[] = [];
  return {
    async run(index) {
      if (encode) encoded.push({ index, bytes: await encode(unpackBatch(pieces[index])) });
    },
    take() {
      const taken = encoded;
      encoded = [];
      return taken;
    },
  };
}
