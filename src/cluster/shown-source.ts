/** The source of a remote frame, as people gave it. */
export type Source =
  | { readonly read: readonly string[]; readonly format: string | undefined }
  | { readonly table: string }
  | { readonly sql: string };

const LONGEST = 100;

/** Names and quoted values of SQL and options, as in `password 'x'` and `token => "x"`. */
const NAMED_SECRETS =
  /(\b\w*(?:password|passwd|pwd|secret|token|credentials?|access_?key|api_?key|signature)\w*\b['"`]?\s*(?:=>|=|:|,)?\s*)(['"])(?:\\.|(?!\2).)*\2/gis;

/**
 * Returns the source of a remote frame as it is printed: shortened, and without anything that looks like a
 * password or a key.
 */
export function shownSource(source: Source, hide: (text: string) => string): object {
  const shown = (text: string) => shorten(withoutSecrets(hide(text)));
  if ('table' in source) return { table: shown(source.table) };
  if ('sql' in source) return { sql: shown(source.sql) };
  const paths = source.read.map(shown);
  return {
    read: paths.length === 1 ? paths[0] : paths,
    ...(source.format !== undefined && { format: shown(source.format) }),
  };
}

function withoutSecrets(text: string): string {
  return (
    text
      // `s3a://key:secret@bucket`; a part without a colon is a container of Azure.
      .replace(/(\w:\/\/)[^/\s'"`@]*:[^\s'"`@]*@/g, '$1***@')
      .replace(/([?&][\w.-]+=)[^&\s'"`]+/g, '$1***')
      .replace(NAMED_SECRETS, '$1$2***$2')
  );
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}
