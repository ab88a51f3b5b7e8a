// npm runs this before it publishes (prepublishOnly): addresses with the placeholder OWNER must not go out.
// CONTRIBUTING.md says how to replace it.
import { readFileSync } from 'node:fs';

const root = new URL('..', import.meta.url);
const files = ['package.json', 'README.md', 'SECURITY.md'];
const found = files.filter((file) => readFileSync(new URL(file, root), 'utf8').includes('github.com/OWNER/'));
if (found.length > 0) {
  console.error(`${found.join(', ')}: replace the placeholder OWNER first; CONTRIBUTING.md says how`);
  process.exit(1);
}
