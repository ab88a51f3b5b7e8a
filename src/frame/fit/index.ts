export { fitData } from './fit-data.js';
export { type FittedPart, fitParts } from './fit-parts.js';
