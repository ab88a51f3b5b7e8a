export { cellWriter, hasText } from './cell-writer.js';
export { csvOutput } from './csv-output.js';
export { widenCsv } from './widen-csv.js';
