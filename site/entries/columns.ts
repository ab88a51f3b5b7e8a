export * from '../../dist/columns.js';
