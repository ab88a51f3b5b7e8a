import { readFileSync } from 'node:fs';
import { findSourceMap, SourceMap } from 'node:module';
import { pathToFileURL } from 'node:url';
import { fileOf } from './file-of.js';

/** A position in a file. Line and column count from one, as in stack traces. */
export interface FilePosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Source maps by the script's file, or by its id where the script has no file and so no name of its own. */
const maps = new Map<string, SourceMap | undefined>();

/**
 * Returns the position in the source file from which a compiler made `place`; undefined without a source map.
 * `mapUrl` returns the map's URL; it is called once per script, and only when Node has not loaded the map.
 */
export function originalPosition(
  place: FilePosition,
  mapUrl: () => string | undefined,
  script = place.file,
): FilePosition | undefined {
  if (!maps.has(script)) maps.set(script, loadMap(place.file, mapUrl));
  const entry = maps.get(script)?.findEntry(place.line - 1, place.column - 1);
  if (!entry || !('originalSource' in entry) || entry.originalLine === undefined) return undefined;
  return {
    file: fileOf(entry.originalSource) ?? entry.originalSource,
    line: entry.originalLine + 1,
    column: entry.originalColumn + 1,
  };
}

function loadMap(url: string, mapUrl: () => string | undefined): SourceMap | undefined {
  try {
    const loaded = isFile(url) ? findSourceMap(url) : undefined;
    if (loaded) return loaded;
    const link = mapUrl();
    return link ? readMap(link, isFile(url) ? pathToFileURL(fileOf(url) ?? url) : undefined) : undefined;
  } catch {
    // A missing or broken map must not hide the error whose stack trace is being mapped.
    return undefined;
  }
}

const isFile = (url: string): boolean => fileOf(url) !== undefined;

/** Reads a map from a `data:` URL or a file, and makes its sources absolute, as Node does. */
function readMap(link: string, base: URL | undefined): SourceMap {
  const url = new URL(link, base);
  const text = url.protocol === 'data:' ? decode(url.href) : readFileSync(url, 'utf8');
  const map = JSON.parse(text) as ConstructorParameters<typeof SourceMap>[0];
  const home = url.protocol === 'data:' ? base : url;
  const root = map.sourceRoot ? `${map.sourceRoot.replace(/\/$/, '')}/` : '';
  const sources = map.sources.map((source) =>
    home || URL.canParse(root + source) ? new URL(root + source, home).href : source,
  );
  return new SourceMap({ ...map, sourceRoot: '', sources });
}

function decode(url: string): string {
  const comma = url.indexOf(',');
  const body = url.slice(comma + 1);
  return url.slice(0, comma).endsWith(';base64')
    ? Buffer.from(body, 'base64').toString('utf8')
    : decodeURIComponent(body);
}
