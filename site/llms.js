import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listSections } from './pages.js';

const site = dirname(fileURLToPath(import.meta.url));
const dist = join(site, 'dist');
const { description } = JSON.parse(readFileSync(join(site, '..', 'package.json'), 'utf8'));

/**
 * Writes llms.txt, a list of all pages for language models; llms-full.txt with their texts; and each page as
 * Markdown.
 */
export function writeForModels(base) {
  const sections = listSections();
  const lists = sections.map(({ title, pages }) => {
    const lines = pages.map((page) => `- [${page.title}](${base}${page.address}.md): ${page.summary}`);
    return `## ${title}\n\n${lines.join('\n')}\n`;
  });
  const head = `# apply-parallel\n\n> ${description}\n`;
  writeFileSync(join(dist, 'llms.txt'), [head, ...lists].join('\n'));

  const pages = sections.flatMap((section) => section.pages);
  const texts = pages.map(({ address }) => {
    const made = join(site, '.cache', 'pages', `${address}.md`);
    cpSync(made, join(dist, `${address}.md`));
    return readFileSync(made, 'utf8');
  });
  writeFileSync(join(dist, 'llms-full.txt'), [head, ...texts].join('\n'));
}
