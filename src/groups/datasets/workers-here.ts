import { cpuCount } from '../../options/index.js';
import { isInsideWorker } from '../../util/index.js';

/** Returns the threads that read data sets for no call in particular; 0 for this one. */
export const workersHere = (): number => (isInsideWorker() || cpuCount() < 2 ? 0 : cpuCount());
