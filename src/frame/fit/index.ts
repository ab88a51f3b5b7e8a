export { fitData } from './fit-data.js';
export { fitDecimals } from './fit-decimals.js';
