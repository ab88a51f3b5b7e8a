/* The module of the group kernel as workers load it: danfojs stays fast in them, as long as no function sees an Arrow table. */
import './hide-spreadable.js';

export { createGroupKernel } from './group-kernel.js';

import './show-spreadable.js';
