export { CallRecord } from './call-record.js';
