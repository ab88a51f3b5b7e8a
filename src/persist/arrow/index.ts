export { checkColumns } from './check-columns.js';
export { checkFile } from './footer.js';
export { checkLengths } from './lengths.js';
export { TornError } from './message.js';
export { checkStream } from './stream.js';
