export type { RowWindows, TimeWindows, WindowLength, WindowOptions, WindowOptionsBase } from './options.js';
export { type Rolled, type RollingOptions, rolling } from './rolling.js';
export { type Window, windows } from './windows.js';
