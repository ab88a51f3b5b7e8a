export { checkColumns } from './check-columns.js';
export { checkFlatbuffer, elementsOf } from './flatbuffer.js';
export { checkFile } from './footer.js';
export { checkLengths } from './lengths.js';
export { type BatchHeader, CONTINUATION, type Framed, messageAt, TornError, viewOf } from './message.js';
export { BLOCK_BYTES, FOOTER_SCHEMA, footerSlots } from './shapes.js';
export { checkStream, startsStream } from './stream.js';
export { refuseBigEndian, UnsupportedError } from './supported.js';
export { buffersOf, dropUnionBitmaps, refuseNulls } from './union-bitmaps.js';
