/** The fixture pages as parsed documents. The same files are served to real browsers by the Python suite. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export function fixture(name: string): Document {
  const html = readFileSync(join(import.meta.dirname, '..', 'fixtures', `${name}.html`), 'utf8');
  // Without its stylesheet: a parsed document has no server to ask.
  return new DOMParser().parseFromString(html.replace(/<link [^>]*>/u, ''), 'text/html');
}
