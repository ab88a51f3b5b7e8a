export function benchArguments(): {
  readonly values: { readonly rounds?: string; readonly quick: boolean; readonly without: string[] };
  readonly positionals: string[];
};
