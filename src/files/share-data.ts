import type { Data } from 'apache-arrow';
import { allocateShared, concatData, isSharedData } from '../arrow/index.js';

/** Returns a column in shared memory: itself if it lies there. */
export const shareData = (data: Data): Data =>
  isSharedData(data) ? data : concatData(data.type, [data], allocateShared);
