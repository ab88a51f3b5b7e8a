import { readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import type { Answer, CaseSpec, OracleCase } from './case.js';

/*
 * Recorded cases: fixtures/oracle/cases.json has a line for each, and frames.br their frames, one after the
 * other, as Arrow IPC files. Compressed together they take a tenth of the space, as most of a small Arrow
 * file is its schema.
 */

const folder = new URL('../../fixtures/oracle/', import.meta.url);
const casesFile = new URL('cases.json', folder);
const framesFile = new URL('frames.br', folder);

export interface Recorded {
  readonly oracleCase: OracleCase;
  readonly answer: Answer;
}

interface Line {
  readonly seed: number;
  readonly spec: CaseSpec;
  readonly error?: string;
  readonly differences: readonly string[];
  /** Bytes of the input and of the expected frame. */
  readonly bytes: readonly [input: number, expected: number];
}

export function readRecorded(): Recorded[] {
  const lines = JSON.parse(readFileSync(casesFile, 'utf8')) as Line[];
  const frames = brotliDecompressSync(readFileSync(framesFile));
  let at = 0;
  // A copy for each: Arrow wants its buffers aligned.
  const next = (size: number) => {
    at += size;
    return Uint8Array.from(frames.subarray(at - size, at));
  };
  return lines.map(({ seed, spec, error, differences, bytes: [input, expected] }) => {
    const oracleCase = { seed, spec, input: next(input) };
    const frame = next(expected);
    return { oracleCase, answer: { error, differences, expected: error ? undefined : frame } };
  });
}

/** Returns the bytes written. */
export function writeRecorded(recorded: readonly Recorded[]): number {
  const empty = new Uint8Array(0);
  const lines = recorded.map(({ oracleCase: { seed, spec, input }, answer }): Line => {
    const { error, differences, expected = empty } = answer;
    return { seed, spec, error: error ?? undefined, differences, bytes: [input.length, expected.length] };
  });
  const text = `[\n${lines.map((line) => JSON.stringify(line)).join(',\n')}\n]\n`;
  const frames = Buffer.concat(
    recorded.flatMap(({ oracleCase, answer }) => [oracleCase.input, answer.expected ?? empty]),
  );
  const packed = brotliCompressSync(frames, { params: { [constants.BROTLI_PARAM_LGWIN]: 24 } });
  writeFileSync(casesFile, text);
  writeFileSync(framesFile, packed);
  return Buffer.byteLength(text) + packed.length;
}
