export * from './spark_connect_pb.js';
