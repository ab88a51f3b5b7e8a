export * from '../../dist/spark.js';
