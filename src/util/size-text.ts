const UNITS = ['kB', 'MB', 'GB', 'TB'];

/** Returns `1 byte`, `512 bytes`, `1.2 MB`: a size in the unit in which it is 1 or more. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} ${bytes === 1 ? 'byte' : 'bytes'}`;
  let unit = -1;
  let size = bytes;
  while (size >= 999.95 && unit < UNITS.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${size.toFixed(1)} ${UNITS[unit]}`;
}
