/** The scaffold must not rot: every place that it writes into is still there. */
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answersFrom, apply, changesFor } from '../../tools/new-dashboard.mjs';

const PROJECT = join(import.meta.dirname, '..', '..', '..');
const FLAGS = ['--slug', 'probe', '--ja', '試作', '--en', 'Probe', '--host', 'probe.sample.example', '--list', '/friends'];
const PERSON = ['--person', '/friends/:id'];
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ittsu-scaffold-'));
  const { inserts, files } = changesFor(answersFrom([...FLAGS, ...PERSON]));
  const folders = [...Object.keys(files)].map((name) => dirname(name));
  for (const name of [...new Set([...inserts.map(([file]) => file), ...folders])]) {
    await cp(join(PROJECT, name), join(root, name), { recursive: true });
  }
});
afterEach(() => rm(root, { recursive: true }));

describe('a new dashboard', () => {
  it('gets its files and its place in every list, once', async () => {
    const changes = changesFor(answersFrom([...FLAGS, ...PERSON, '--talk', '/talk?friend=:id', '--row-id', 'data-friend-id']));
    const changed = await apply(changes, root);
    for (const [name, , line] of changes.inserts) {
      const text = await readFile(join(root, name), 'utf8');
      expect(text.split(line.trim()).length, `${name}: ${line}`).toBeGreaterThan(1);
      expect(changed).toContain(name);
    }
    const hosts = await readFile(join(root, 'extension/src/hosts.ts'), 'utf8');
    expect(hosts.split("'https://probe.sample.example/*'")).toHaveLength(3);
    for (const language of ['ja', 'en']) {
      const words = await readFile(join(root, `extension/src/locales/${language}.json`), 'utf8');
      expect(JSON.parse(words)).toHaveProperty('options_dashboard_probe');
    }
    await expect(apply(changes, root)).rejects.toThrow('exists already');
  });

  it.each([
    [['--slug', 'Probe'], '--slug'],
    [['--host', 'https://probe.sample.example'], '--host'],
    [['--person', '/friends'], '--person'],
    [['--talk', '/talk'], '--talk'],
    [['--row-id', 'class'], '--row-id'],
    [['--ja', "'+x+'"], '--ja'],
  ])('is refused when an answer makes no sense: %s', (wrong, named) => {
    expect(() => answersFrom([...FLAGS, ...PERSON, ...wrong])).toThrow(named);
  });
});
