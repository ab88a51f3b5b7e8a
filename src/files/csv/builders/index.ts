import type { ColumnBuilder } from '../column-builder.js';
import type { ColumnType } from '../column-type.js';
import { BooleanBuilder } from './booleans.js';
import { FloatBuilder } from './floats.js';
import { Int32Builder, Int64Builder } from './integers.js';
import type { BuilderOptions } from './options.js';
import { TextBuilder } from './texts.js';
import { DateBuilder, TimestampBuilder } from './times.js';

/** Makes the builder of a column. */
export function createBuilder(type: ColumnType, options: BuilderOptions): ColumnBuilder {
  switch (type.kind) {
    case 'int32':
      return new Int32Builder(type, options);
    case 'int64':
      return new Int64Builder(type, options);
    case 'float64':
      return new FloatBuilder(options);
    case 'boolean':
      return new BooleanBuilder(options);
    case 'date':
      return new DateBuilder(type, options);
    case 'timestamp':
      return new TimestampBuilder(type, options);
    case 'text':
      return new TextBuilder(options);
  }
}
