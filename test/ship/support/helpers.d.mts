export const factor: number;
export const times: (x: number) => number;
export const settings: { rate: number };
export const counted: () => boolean;
export class Doubler {
  constructor(value: number);
  value: number;
  twice(): number;
}
export default function preset(): string;
