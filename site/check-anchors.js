import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = join(dirname(fileURLToPath(import.meta.url)), 'dist');

/**
 * Throws if a link of the built site leads to a page or a heading that does not exist. vitepress checks the
 * pages alone.
 */
export function checkAnchors(base) {
  const paths = readdirSync(dist, { recursive: true }).map((path) => path.replaceAll('\\', '/'));
  const pages = new Map(
    paths
      .filter((path) => path.endsWith('.html'))
      .map((path) => [path, readFileSync(join(dist, path), 'utf8')]),
  );
  const ids = new Map(
    [...pages].map(([path, text]) => [
      path,
      new Set([...text.matchAll(/ id="([^"]+)"/g)].map((match) => match[1])),
    ]),
  );
  const broken = [];
  let count = 0;
  for (const [path, text] of pages) {
    for (const [, href] of text.matchAll(/<a [^>]*?href="([^"]+)"/g)) {
      const url = new URL(href, `https://site.example${base}${path}`);
      if (url.host !== 'site.example') continue;
      count++;
      const page = fileOf(url.pathname.slice(base.length));
      const anchor = decodeURIComponent(url.hash.slice(1));
      if (!paths.includes(page)) broken.push(`${path}: ${href} (no such page)`);
      else if (anchor && !ids.get(page)?.has(anchor)) broken.push(`${path}: ${href} (no such heading)`);
    }
  }
  if (broken.length > 0) throw new Error(`Broken links:\n${[...new Set(broken)].join('\n')}`);
  console.log(`Checked ${count} links of ${pages.size} pages.`);
}

function fileOf(path) {
  if (path === '' || path.endsWith('/')) return `${path}index.html`;
  return /\.\w+$/.test(path) ? path : `${path}.html`;
}
