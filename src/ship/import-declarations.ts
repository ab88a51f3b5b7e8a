import { type Token, tokenizer, tokTypes } from 'acorn';

/** The export that a name in an `import` declaration stands for. */
export interface ImportBinding {
  readonly specifier: string;
  /** The name exported there; `*` for the whole namespace. */
  readonly imported: string;
}

/**
 * Reads the names that the import declarations of a module bind. It works on tokens, not on a syntax tree, so
 * that it reads TypeScript, too, up to the first token that acorn does not know. Imports after that are rare.
 */
export function readImports(text: string): Map<string, ImportBinding> {
  const bindings = new Map<string, ImportBinding>();
  const tokens = readTokens(text);
  let depth = 0;
  for (let index = 0; index < tokens.length; index++) {
    const { type } = tokens[index];
    if (type === tokTypes.braceL || type === tokTypes.parenL || type === tokTypes.dollarBraceL) depth++;
    else if (type === tokTypes.braceR || type === tokTypes.parenR) depth--;
    else if (type === tokTypes._import && depth === 0) index = readDeclaration(tokens, index + 1, bindings);
  }
  return bindings;
}

function readTokens(text: string): Token[] {
  const tokens: Token[] = [];
  try {
    for (const token of tokenizer(text, {
      ecmaVersion: 'latest',
      sourceType: 'module',
      allowHashBang: true,
    })) {
      tokens.push(token);
    }
  } catch {
    // Keeps the tokens before the one that acorn cannot read.
  }
  return tokens;
}

/** Reads one declaration from the token after `import`; returns the index of its last token. */
function readDeclaration(
  tokens: readonly Token[],
  start: number,
  bindings: Map<string, ImportBinding>,
): number {
  const found: { local: string; imported: string }[] = [];
  let index = start;
  // `import type X from`, but not `import type from` or `import type, { x } from`
  const typeOnly =
    isWord(tokens[index], 'type') &&
    !isWord(tokens[index + 1], 'from') &&
    tokens[index + 1]?.type !== tokTypes.comma;
  if (typeOnly) index++;
  for (; index < tokens.length; index++) {
    const token = tokens[index];
    if (token.type === tokTypes.string) break;
    if (isWord(token, 'from') && tokens[index + 1]?.type === tokTypes.string) continue;
    if (token.type === tokTypes.star) {
      found.push({ local: wordOf(tokens[index + 2]), imported: '*' });
      index += 2;
    } else if (token.type === tokTypes.braceL) {
      index = readNames(tokens, index + 1, found);
    } else if (token.type === tokTypes.name) {
      found.push({ local: wordOf(token), imported: 'default' });
    } else if (token.type !== tokTypes.comma) {
      return index - 1; // `import(…)`, `import.meta`
    }
  }
  const specifier = tokens[index];
  if (specifier && !typeOnly) {
    for (const { local, imported } of found) bindings.set(local, { specifier: wordOf(specifier), imported });
  }
  return index;
}

/** Reads `{ a, b as c, type D }` from the token after the brace; returns the index of the closing one. */
function readNames(
  tokens: readonly Token[],
  start: number,
  found: { local: string; imported: string }[],
): number {
  let item: Token[] = [];
  for (let index = start; index < tokens.length; index++) {
    const token = tokens[index];
    if (token.type !== tokTypes.comma && token.type !== tokTypes.braceR) {
      item.push(token);
      continue;
    }
    // One word: a name. Three: `name as local`. Two or four: TypeScript's `type` before them.
    if (item.length === 1 || item.length === 3) {
      found.push({ imported: wordOf(item[0]), local: wordOf(item[item.length - 1]) });
    }
    item = [];
    if (token.type === tokTypes.braceR) return index;
  }
  return tokens.length;
}

function isWord(token: Token | undefined, word: string): boolean {
  return token?.type === tokTypes.name && wordOf(token) === word;
}

/** The text of a name, keyword or string token. */
function wordOf(token: Token | undefined): string {
  const value = token && 'value' in token ? token.value : undefined;
  return typeof value === 'string' ? value : (token?.type.keyword ?? '');
}
