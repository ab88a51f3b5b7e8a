export { fitDecimals } from './decimals.js';
export { fitData } from './fit.js';
