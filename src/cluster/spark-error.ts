/** One error of the chain that the server keeps of a failure. */
export interface SparkErrorCause {
  /** The class on the server, such as `org.apache.spark.sql.AnalysisException`. */
  readonly type: string;
  readonly message: string;
  /** Spark's name of the error, such as `TABLE_OR_VIEW_NOT_FOUND`. */
  readonly errorClass?: string;
  readonly parameters: { readonly [name: string]: string };
}

/** The server's own words about a failure: the `cause` of an error with the code `ERR_CLUSTER`. */
export class SparkError extends Error {
  /** The status of gRPC, such as `Unavailable`. */
  readonly status: string;
  /** Spark's name of the error, such as `TABLE_OR_VIEW_NOT_FOUND`. */
  readonly errorClass?: string;
  /** The state of SQL, such as `42P01`. */
  readonly sqlState?: string;
  /** The error and those beneath it, as the server keeps them; empty if it did not tell. */
  readonly causes: readonly SparkErrorCause[];

  constructor(
    message: string,
    details: { status: string; errorClass?: string; sqlState?: string; causes?: readonly SparkErrorCause[] },
  ) {
    super(message);
    this.status = details.status;
    this.errorClass = details.errorClass;
    this.sqlState = details.sqlState;
    this.causes = details.causes ?? [];
  }
}

SparkError.prototype.name = 'SparkError';
