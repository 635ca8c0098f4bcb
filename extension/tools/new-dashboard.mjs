/**
 * Starts a dashboard: its file, a fixture page, a test, and its place in every list that names dashboards.
 *
 *   node tools/new-dashboard.mjs --slug sample --ja サンプル --en Sample --host app.sample.example \
 *     --list /friends --person /friends/:id [--talk /talk?friend=:id] [--row-id data-friend-id]
 *
 * Paths are as in the dashboard's addresses; `:id` is where the member id stands. `--row-id`: the attribute of a row
 * that holds it, if there is one. Nothing that exists is overwritten. See docs/dashboards.md for what comes next.
 */
import { access, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PATH = /^\/[A-Za-z0-9/_.-]*$/u;

/** The answers as given on the command line. Throws an Error that says what is wrong. */
export function answersFrom(given) {
  const { values } = parseArgs({
    args: given,
    options: Object.fromEntries(
      ['slug', 'ja', 'en', 'host', 'list', 'person', 'talk', 'row-id'].map((name) => [name, { type: 'string' }]),
    ),
  });
  const need = (name, form, hint) => {
    const value = values[name] ?? '';
    if (!form.test(value)) throw new Error(`--${name}: ${hint}`);
    return value;
  };
  const person = need('person', /:id/u, 'a path with :id, like /friends/:id');
  if (!PATH.test(person.replace(':id', '1')) || !/\/:id(?:\/|$)/u.test(person)) throw new Error('--person: :id is one step of the path');
  const [talkPath, talkQuery] = (values.talk ?? '').split('?');
  const parameter = /^([A-Za-z0-9_-]+)=:id$/u.exec(talkQuery ?? '')?.[1];
  if (values.talk !== undefined && (!PATH.test(talkPath) || !parameter)) throw new Error('--talk: like /talk?friend=:id');
  return {
    slug: need('slug', /^[a-z][a-z0-9]{1,19}$/u, 'small letters and digits, like lstep'),
    ja: need('ja', /^[^'"\\{}\n]{1,40}$/u, 'what Japanese operators call it'),
    en: need('en', /^[^'"\\{}\n]{1,40}$/u, 'what English operators call it'),
    host: need('host', /^(?=.{4,253}$)(?:[a-z0-9-]+\.)+[a-z]{2,}$/u, 'its host, like app.sample.example'),
    list: need('list', PATH, 'the path of its list of friends, like /friends'),
    person,
    talk: parameter ? { path: talkPath, parameter } : null,
    rowId: values['row-id'] === undefined ? null : need('row-id', /^data-[a-z-]+$/u, 'an attribute, like data-friend-id'),
  };
}

/** What must change: new files by their path, and places where a line goes in before another one. */
export function changesFor(answers) {
  const { slug, host, ja, en } = answers;
  return {
    files: {
      [`extension/src/dashboards/${slug}.ts`]: dashboardFile(answers),
      [`extension/tests/fixtures/${slug}-list.html`]: fixtureFile(answers),
      [`extension/tests/dashboards/${slug}.test.ts`]: testFile(answers),
    },
    inserts: [
      ['extension/src/dashboards/index.ts', "import { manager }", `import { ${slug} } from './${slug}';\n`],
      ['extension/src/dashboards/index.ts', 'demoChat, demoList]', `${slug}, `],
      ['extension/src/hosts.ts', "  'http://127.0.0.1/demo/chat/*'", `  'https://${host}/*',\n`],
      ['extension/src/hosts.ts', '] as const;\n', `  'https://${host}/*',\n`, 'last'],
      ['extension/src/background/senders.ts', '};\nconst LOOPBACK', `  '${host}': '${slug}',\n`],
      ['extension/src/messages.ts', "'demo-chat', 'demo-list'] as const", `'${slug}', `],
      ['extension/src/panel/dashboards.tsx', "    'demo-chat': t(", `    ${slug}: t('options_dashboard_${slug}'),\n`],
      ['extension/src/locales/ja.json', '  "options_dashboard_demo_chat"', `  "options_dashboard_${slug}": "${ja}",\n`],
      ['extension/src/locales/en.json', '  "options_dashboard_demo_chat"', `  "options_dashboard_${slug}": "${en}",\n`],
      ['extension/tests/dashboards/urls.test.ts', 'import { manager', `import { ${slug}Urls } from '../../src/dashboards/${slug}';\n`],
      ['extension/tests/dashboards/urls.test.ts', "  'demo-chat': demo", `  ${slug}: ${slug}Urls,\n`],
      ['tests/browser/test_manifest.py', '}\nLOCAL = ', `    "https://${host}/*",\n`],
      ['tests/browser/dashboard_pages.py', '        "kokyaku.example.jp",\n', `        "${host}",\n`],
    ],
  };
}

/** Applies the changes below `root`. Throws before anything is written when something is missing or already there. */
export async function apply({ files, inserts }, root) {
  for (const name of Object.keys(files)) {
    if (await exists(path.join(root, name))) throw new Error(`${name} exists already`);
  }
  const texts = new Map();
  for (const [name, before, line, which] of inserts) {
    const text = texts.get(name) ?? (await readFile(path.join(root, name), 'utf8'));
    const at = which === 'last' ? text.lastIndexOf(before) : text.indexOf(before);
    if (at < 0) throw new Error(`${name}: nowhere stands ${JSON.stringify(before)}; tools/new-dashboard.mjs wants repair`);
    texts.set(name, text.slice(0, at) + line + text.slice(at));
  }
  for (const [name, text] of [...Object.entries(files), ...texts]) await writeFile(path.join(root, name), text);
  return [...Object.keys(files), ...texts.keys()];
}

const exists = (name) => access(name).then(() => true, () => false);
const pattern = (text) => text.replaceAll(/[.]/gu, '\\.').replaceAll('/', '\\/');
const withoutEnd = (text) => (text.length > 1 ? text.replace(/\/$/u, '') : text);

function dashboardFile({ slug, ja, host, list, person, talk, rowId }) {
  const personPattern = pattern(withoutEnd(person)).replace(':id', '(\\d{1,12})');
  const hint = person.slice(0, person.indexOf(':id'));
  const shown = talk ? `{ path: /^${pattern(withoutEnd(talk.path))}\\/?$/u, parameter: '${talk.parameter}' }` : 'null';
  return `/** ${ja}: say here what is known of it, from where, and what is not. */
import { nameAt } from './account-name';
import type { AccountEvidence, UrlExamples } from './dashboard';
import { FOLLOWED_LABELS, LINE_NAME_LABELS, memberDashboard } from './member-pages';
import { linkedAccountIds } from './reading';
import { WRITTEN } from './written';

/** Where the account's name stands, strongest first; two different names are none. */
const ACCOUNT_NAME = ['[data-account-name]'] as const;

function account(page: Document, url: URL): AccountEvidence {
  return { ids: linkedAccountIds(page, url, WRITTEN), pageAccount: nameAt(page, ACCOUNT_NAME) };
}

export const ${slug} = memberDashboard({
  slug: '${slug}',
  sandbox: false,
  recognises: (url) => url.protocol === 'https:' && url.hostname === '${host}' && url.port === '',
  account,
  pages: {
    list: /^${pattern(withoutEnd(list))}\\/?$/u,
    person: /^${personPattern}\\/?$/u,
    personHint: '${hint}',
    talk: ${shown},
    memberId: /^\\d{1,12}$/u,
    rowId: ${rowId === null ? 'null' : `'${rowId}'`},
    picture: null,
    lineName: LINE_NAME_LABELS,
    followed: FOLLOWED_LABELS,
  },
});

export const ${slug}Urls: UrlExamples = {
  yes: ['https://${host}${list}', 'https://${host}${person.replace(':id', '123456')}'],
  no: ['http://${host}${list}', 'https://${host}.evil.example${list}', 'https://example.com/?https://${host}${list}'],
};
`;
}

function fixtureFile({ person, rowId }) {
  const row = (id, name, time) =>
    `    <tr${rowId ? ` ${rowId}="${id}"` : ''}><td><a href="${person.replace(':id', id)}">${name}</a></td><td>${time}</td></tr>`;
  return `<!doctype html>
<html lang="ja">
<head><meta charset="utf-8"><title>友だちリスト</title><link rel="stylesheet" href="/fixture.css"></head>
<body>
<header><span data-account-name>さくら美容室</span></header>
<main>
<h1>友だちリスト</h1>
<table>
  <thead><tr><th>LINE登録名</th><th>友だち追加日時</th></tr></thead>
  <tbody>
${row('123456', 'ゆい<img alt="🌸" src="/emoji.png">', '2026/11/21 10:32')}
${row('223456', '佐藤　花子', '2026年11月21日 9時05分')}
${row('323456', 'けん', '2026/11/20 18:00')}
  </tbody>
</table>
</main>
</body>
</html>
`;
}

function testFile({ slug, ja, host, list }) {
  return `// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { ${slug} } from '../../src/dashboards/${slug}';
import { fixture } from './fixture';

const url = new URL('https://${host}${list}');
const read = (page: Document) => ${slug}.people(page, url).map(({ memberId, name, followedAt }) => [memberId, name, followedAt]);

describe('${ja}', () => {
  it('is read: member id, name with emoji pictures, minute in Japan time', () => {
    expect(read(fixture('${slug}-list'))).toEqual([
      ['123456', 'ゆい🌸', '2026-11-21T01:32:00.000Z'],
      ['223456', '佐藤 花子', '2026-11-21T00:05:00.000Z'],
      ['323456', 'けん', '2026-11-20T09:00:00.000Z'],
    ]);
  });

  it('says whose account it shows', () => {
    expect(${slug}.account(fixture('${slug}-list'), url)).toEqual({ ids: [], pageAccount: 'さくら美容室' });
  });

  it('is silent, and says that the page has changed, when no row is understood', () => {
    const page = fixture('${slug}-list');
    expect(${slug}.drifted(page, url, ${slug}.people(page, url))).toBe(false);
    for (const row of page.querySelectorAll('tbody tr')) {
      for (const { name } of [...row.attributes]) row.removeAttribute(name);
      for (const link of row.querySelectorAll('a')) link.removeAttribute('href');
    }
    expect(read(page)).toEqual([]);
    expect(${slug}.drifted(page, url, [])).toBe(true);
  });
});
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const changed = await apply(changesFor(answersFrom(process.argv.slice(2))), ROOT);
    console.log(`${changed.join('\n')}\n\nnpm run prepare:types && npm run check && npm test; then docs/dashboards.md`);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
