export { csvFormat } from './csv-format.js';
export { type CsvOptions, type CsvType, checkCsvOptions } from './options.js';
