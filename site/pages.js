import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

/* Copies the repository's Markdown files as pages of the site, with links to the site's addresses. */

const site = dirname(fileURLToPath(import.meta.url));
const root = join(site, '..');
const target = join(site, '.cache', 'pages');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const layout = JSON.parse(readFileSync(join(site, 'pages.json'), 'utf8'));
const repository = manifest.repository.url.replace(/^git\+|\.git$/g, '');

/** Every page as `[its file in the repository, its address on the site without the leading slash]`. */
const addresses = new Map([
  ...Object.entries(layout.files),
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => [`docs/${name}`, name === 'zh.md' ? 'zh/' : name.slice(0, -'.md'.length)]),
]);

/**
 * Returns the pages in the order of the sidebar. Pages that pages.json does not name come in a last group.
 */
export function listSections() {
  const pages = new Map([...addresses].map(([file, address]) => [address, describe(file, address)]));
  pages.delete('zh/');
  const sections = layout.sidebar.map(({ title, pages: names }) => ({
    title,
    pages: names.flatMap((name) => pages.get(name) ?? []),
  }));
  const listed = new Set(layout.sidebar.flatMap((section) => section.pages));
  const others = [...pages.values()].filter(({ address }) => !listed.has(address));
  return others.length > 0 ? [...sections, { title: 'More', pages: others }] : sections;
}

/** Adds apply-parallel/danfo to the reference: typedoc would list the exports of apply-parallel once more. */
export function addDanfo() {
  const api = join(target, 'api');
  mkdirSync(join(api, 'danfo'));
  cpSync(join(site, 'entries', 'danfo.md'), join(api, 'danfo', 'index.md'));
  appendFileSync(join(api, 'index.md'), '- [danfo](danfo/index.md)\n');
}

/** Writes the modules on the first page of the reference as programs import them. */
export function nameModules() {
  const index = join(target, 'api', 'index.md');
  const text = readFileSync(index, 'utf8').replace(/^([-*] \[)(?!apply-parallel\])/gm, '$1apply-parallel/');
  writeFileSync(index, `---\nnext: false\n---\n\n${text}`);
}

/** Writes all pages to .cache/pages. */
export function writePages() {
  for (const [file, address] of addresses) write(`${address.replace(/\/$/, '/index')}.md`, convert(file));
  write('index.md', readFileSync(join(site, 'home.md'), 'utf8'));
  cpSync(join(site, 'favicon.svg'), join(target, 'public', 'favicon.svg'));
  cpSync(join(root, 'docs', 'images'), join(target, 'public', 'images'), { recursive: true });
}

/** Returns a page's title: its first heading. */
function titleOf(file) {
  if (file === 'README.md') return 'Start';
  return /^# (.*)$/m.exec(readFileSync(join(root, file), 'utf8'))[1].replaceAll('`', '');
}

/** Returns a page's address, its title and its first sentence of prose. */
function describe(file, address) {
  const text = readFileSync(join(root, file), 'utf8');
  const paragraphs = text.replace(/^```[\s\S]*?^```/gm, '').split(/\n{2,}/);
  const first = paragraphs.find((paragraph) => /^[\p{L}\p{N}`[]/u.test(paragraph)) ?? '';
  const prose = first.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/\s+/g, ' ');
  return {
    address,
    title: titleOf(file),
    summary: /^.*?[.:](?= |$)/.exec(prose)?.[0].replace(/:$/, '.') ?? prose,
  };
}

function write(path, text) {
  mkdirSync(dirname(join(target, path)), { recursive: true });
  writeFileSync(join(target, path), text);
}

/**
 * Returns a file's text. Its links lead to the site's pages, or to the repository for files that are no
 * pages.
 */
function convert(file) {
  const text = readFileSync(join(root, file), 'utf8');
  // Code stays as it is, but for the words behind the language, which are for the tests of the documentation.
  return text
    .split(/(^ *```[\s\S]*?^ *```$)/m)
    .map((part, i) =>
      i % 2 === 1
        ? part.replace(/^( *```\w+) fragment$/m, '$1')
        : part
            .replace(/\[(?:docs\/)?[\w-]+\.md\]\(([^)\s]+)\)/g, (whole, link) => withTitle(whole, link, file))
            .replace(/\]\(([^)\s]+)\)/g, (_, link) => `](${addressOf(link, file)})`),
    )
    .join('');
}

/** Returns a link whose text is the name of a page's file with the page's title instead. */
function withTitle(whole, link, file) {
  const wanted = posix.join(posix.dirname(file), link.split('#')[0]);
  return addresses.has(wanted) ? `[${titleOf(wanted)}](${link})` : whole;
}

function addressOf(link, file) {
  if (/^(https?:|#)/.test(link)) return link;
  const [path, anchor] = link.split('#');
  const wanted = posix.join(posix.dirname(file), path);
  if (!existsSync(join(root, wanted))) throw new Error(`${file} links to ${wanted}, which does not exist`);
  const hash = anchor === undefined ? '' : `#${anchor}`;
  if (addresses.has(wanted)) return `/${addresses.get(wanted)}${hash}`;
  if (wanted.startsWith('docs/images/')) return wanted.slice('docs'.length);
  const kind = statSync(join(root, wanted)).isDirectory() ? 'tree' : 'blob';
  return `${repository}/${kind}/main/${wanted}${hash}`;
}
