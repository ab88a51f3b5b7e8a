export { arrowOutput } from './arrow-output.js';
