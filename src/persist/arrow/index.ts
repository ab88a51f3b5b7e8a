export { checkColumns } from './check-columns.js';
export { checkFlatbuffer, elementsOf } from './flatbuffer.js';
export { checkFile } from './footer.js';
export { checkLengths } from './lengths.js';
export { type BatchHeader, CONTINUATION, type Framed, messageAt, TornError } from './message.js';
export { BLOCK_BYTES, footerSlots } from './shapes.js';
export { checkStream } from './stream.js';
