export const folder: string;
export function extra(name: string, file: string): string | undefined;
export function otherNode(major: number): string | undefined;
export function bun(): string | undefined;
