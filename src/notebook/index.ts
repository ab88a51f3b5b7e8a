export { showInNotebook } from './show-in-notebook.js';
export { type HtmlOptions, toHTML } from './to-html.js';
