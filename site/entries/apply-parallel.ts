// The entry points of the reference: typedoc names its modules after these files.
export * from '../../dist/index.js';
