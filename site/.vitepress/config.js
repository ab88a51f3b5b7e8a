import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listSections } from '../pages.js';

const site = join(dirname(fileURLToPath(import.meta.url)), '..');
const base = process.env.DOCS_BASE ?? '/';
const api = join(site, '.cache', 'pages', 'api');
const KINDS = {
  functions: 'Functions',
  classes: 'Classes',
  interfaces: 'Interfaces',
  'type-aliases': 'Types',
  variables: 'Variables',
};

const guide = listSections().map(({ title, pages }) => ({
  text: title,
  items: pages.map((page) => ({ text: page.title, link: `/${page.address}` })),
}));

export default {
  title: 'apply-parallel',
  description:
    'Split a table by key, run an ordinary function on every group on all cores, and get one table back',
  base,
  head: [['link', { rel: 'icon', href: `${base}favicon.svg` }]],
  srcDir: '.cache/pages',
  outDir: 'dist',
  cacheDir: '.cache/vitepress',
  cleanUrls: true,
  // The addresses of headings are those of GitHub, so that links work in both places.
  markdown: { anchor: { slugify: slugOf }, config: breakLongCode },
  vite: { build: { chunkSizeWarningLimit: 2000 } }, // the index of the search is one chunk
  locales: {
    root: { label: 'English', lang: 'en' },
    zh: {
      label: '简体中文',
      lang: 'zh-CN',
      link: '/zh/',
      themeConfig: {
        nav: [
          { text: '快速开始', link: '/zh/' },
          { text: '示例', link: '/recipes' },
          { text: '选项', link: '/options' },
          { text: 'API', link: '/api/' },
        ],
        outline: { level: [2, 3], label: '本页内容' },
        docFooter: { prev: '上一页', next: '下一页' },
        sidebarMenuLabel: '菜单',
        returnToTopLabel: '回到顶部',
        darkModeSwitchLabel: '外观',
      },
    },
  },
  themeConfig: {
    i18nRouting: false, // only the start page is in Chinese
    search: {
      provider: 'local',
      // Guides come before the reference, whose pages say each word often.
      options: { miniSearch: { searchOptions: { boostDocument: (id) => (id.includes('/api/') ? 1 : 4) } } },
    },
    outline: { level: [2, 3] },
    nav: [
      { text: 'Start', link: '/start' },
      { text: 'Recipes', link: '/recipes' },
      { text: 'Options', link: '/options' },
      { text: 'API', link: '/api/' },
    ],
    sidebar: { '/api/': [{ text: '← Guides', link: '/start' }, ...referenceGroups()], '/': guide },
  },
};

/** Lets a long word of code inside a line break behind punctuation, which keeps tables narrow. */
function breakLongCode(md) {
  const render = md.renderer.rules.code_inline;
  md.renderer.rules.code_inline = (...args) =>
    render(...args).replace(/(?<=>).*(?=<\/code>)/s, (code) =>
      code.replace(/\S{19,}/g, (word) => word.replace(/[([.,/=_]+(?=\w)/g, '$&<wbr>')),
    );
}

/** Returns a part of the sidebar for each module and kind that typedoc has written. */
function referenceGroups() {
  if (!existsSync(api)) return [];
  const modules = readdirSync(api, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return modules.map(({ name: module }) => ({
    text: module === 'apply-parallel' ? module : `apply-parallel/${module}`,
    link: `/api/${module}/`,
    items: Object.entries(KINDS).flatMap(([folder, text]) => {
      if (!existsSync(join(api, module, folder))) return [];
      const names = readdirSync(join(api, module, folder)).map((name) => name.slice(0, -'.md'.length));
      const items = names.sort().map((name) => ({ text: name, link: `/api/${module}/${folder}/${name}` }));
      return { text, collapsed: folder !== 'functions', items };
    }),
  }));
}

function slugOf(heading) {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}
