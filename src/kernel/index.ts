export { isForKernel, kernelLimits } from './instance.js';
export type { NumberedKeys } from './key-table.js';
export { type BitChunk, moveBits } from './move-bits.js';
export { placeTexts, textLimits } from './move-texts.js';
export { type Cells, type NumberedCells, numberCells, OutsideCells, periodsIn } from './number-cells.js';
export {
  type FloatBits,
  numberJoined,
  numberPairs,
  numberTexts,
  numberWords,
  translateIndices,
  type WordColumn,
} from './number-keys.js';
export { placeCodes } from './place-codes.js';
export type { TextChunk, WordChunk } from './stage.js';
