/**
 * What the benchmark uses of nodejs-polars, which `npm run bench:setup` installs and the type check must do
 * without.
 */
declare module 'nodejs-polars' {
  export interface Series {
    toTypedArray(): never;
  }

  export interface DataFrame {
    partitionBy(keys: string[], maintainOrder: boolean): DataFrame[];
    getColumn(name: string): Series;
    withColumns(...columns: Series[]): DataFrame;
    sort(options: { by: string[]; maintainOrder: boolean }): DataFrame;
    writeIPCStream(): Uint8Array;
  }

  const pl: {
    Series(name: string, values: ArrayLike<unknown>): Series;
    concat(frames: DataFrame[], options: { how: 'diagonal'; rechunk: boolean }): DataFrame;
    readIPCStream(stream: Buffer): DataFrame;
  };
  export default pl;
}
