import type { Data, DataType } from 'apache-arrow';

/** The fitting of a column, passed to nested types as a parameter: importing it would be a circle. */
export type Fit = (data: Data, type: DataType, source?: Data) => Data | undefined;
