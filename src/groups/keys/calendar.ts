/*
 * The proleptic Gregorian calendar in whole numbers, for years far outside those of Date. Days count from
 * 1970-01-01.
 */

export const DAY = 86_400;

/** Returns the quotient rounded down. A quotient close below a whole number may round up to it in floats. */
export function floorDiv(a: number, b: number): number {
  const quotient = Math.floor(a / b);
  return quotient * b > a ? quotient - 1 : quotient;
}

/** Returns the month that a day lies in, counted from January 1970. */
export function monthOfDay(day: number): number {
  // Years begin in March here, so that the leap day is the last one of a year.
  const shifted = day + 719_468;
  const era = floorDiv(shifted, 146_097);
  const dayOfEra = shifted - era * 146_097;
  const year = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  return (era * 400 + year) * 12 + fromMarch + 2 - 1970 * 12;
}

/** Returns the first day of a month, which is counted from January 1970. */
export function firstDayOfMonth(month: number): number {
  const fromMarch = month + 1970 * 12 - 2;
  const years = floorDiv(fromMarch, 12);
  const era = floorDiv(years, 400);
  const year = years - era * 400;
  const dayOfYear = Math.floor((153 * (fromMarch - years * 12) + 2) / 5);
  const dayOfEra = year * 365 + Math.floor(year / 4) - Math.floor(year / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
