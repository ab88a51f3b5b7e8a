/** Codes of a disk that takes no more: it is full, a quota is used up, or files may not be that large. */
const CODES = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** Tells whether an error of the system says that a disk takes no more. */
export const isDiskFull = (error: unknown): boolean => CODES.has((error as NodeJS.ErrnoException).code ?? '');
