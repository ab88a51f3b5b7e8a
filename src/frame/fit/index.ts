export { fitData } from './fit-data.js';
export { fitParts } from './fit-parts.js';
