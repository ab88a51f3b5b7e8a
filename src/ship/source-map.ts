import { readFileSync } from 'node:fs';
import { findSourceMap, SourceMap } from 'node:module';
import { pathToFileURL } from 'node:url';
import { fileOf } from './file-of.js';

/** A place in a file, one-based as stack traces count. */
export interface FilePosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** By the script's file, or by another name where scripts without a file share one. */
const maps = new Map<string, SourceMap | undefined>();

/**
 * The place in the source that a compiler made this one from; undefined where no map tells. `mapUrl` gives what the script says of its map, and
 * is asked only where Node has not loaded that already.
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
    // A map that is missing or broken must not hide the error whose trace it was to improve.
    return undefined;
  }
}

const isFile = (url: string): boolean => fileOf(url) !== undefined;

/** A map from a `data:` URL or from a file beside the script; its sources become absolute, as Node makes them. */
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
