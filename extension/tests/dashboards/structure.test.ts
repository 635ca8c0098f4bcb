// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { lme } from '../../src/dashboards/lme';
import { lstep } from '../../src/dashboards/lstep';
import { oachat } from '../../src/dashboards/oachat';
import { describePage } from '../../src/dashboards/structure';
import type { Dashboard } from '../../src/dashboards';
import { fixture } from './fixture';

const report = (dashboard: Dashboard, name: string, address: string): string => {
  const [page, url] = [fixture(name), new URL(address)];
  return describePage(page, url, dashboard, dashboard.people(page, url));
};
const BOT = 'U0123456789abcdef0123456789abcdef';

describe('the report of a page that changed', () => {
  it('says how the page is built: tags, names of attributes, kinds of ids, how often', () => {
    const text = report(lstep, 'lstep-changed', 'https://manager.linestep.net/line/show?page=2');
    expect(text).toContain('lstep /line/show?page=<digits:1>\npeople 0, tables 1, rows 3,');
    expect(text).toContain('tr[data-row=<text>] ×2');
    expect(text).toContain('button[type=button] text');
    expect(report(lme, 'lme-list', 'https://step.lme.jp/basic/friendlist')).toContain(
      'href=<elsewhere>/basic/friendlist/my_page/<digits:7>',
    );
  });

  it.each([
    [lstep, 'lstep-list', 'https://manager.linestep.net/line/show?name=ゆい'],
    [lstep, 'lstep-changed', 'https://manager.linestep.net/ゆい'],
    [lstep, 'lstep-detail', 'https://manager.linestep.net/line/detail/223456789'],
    [lstep, 'lstep-talk', 'https://manager.linestep.net/line/visual?member=223456789'],
    [lme, 'lme-list', 'https://step.lme.jp/basic/friendlist'],
    [lme, 'lme-changed', 'https://step.lme.jp/basic/friendlist'],
    [oachat, 'oachat-talk', `https://chat.line.biz/${BOT}/chat/Ufedcba9876543210fedcba9876543210`],
  ] as const)('says no name, no text and no id (%#: %s)', (dashboard, name, address) => {
    const page = fixture(name);
    for (const element of page.querySelectorAll('td, a, main')) {
      element.setAttribute('title', '内緒の値');
      element.setAttribute('data-内緒', '1');
      element.setAttribute('class', 'himitsu-name');
    }
    const text = describePage(page, new URL(address), dashboard, []);
    const words = [...(page.body.textContent ?? '').matchAll(/[^\s\p{P}\p{S}]+/gu)].map(([word]) => word);
    const secrets = words.filter((word) => !/^[\x20-\x7e]*$/u.test(word));
    for (const secret of [...secrets, '内緒', 'himitsu', 'sakura', 'decoy', '223456789', '1234567', BOT.slice(1), 'ゆい']) {
      expect(text.includes(secret), secret).toBe(false);
    }
    expect(/[^\x20-\x7e\n×]/u.test(text)).toBe(false);
  });

  it('is short, also of a page with a thousand rows', () => {
    const page = fixture('lstep-list');
    const body = page.querySelector('tbody')!;
    for (let row = 0; row < 1000; row += 1) body.append(body.children[1]!.cloneNode(true));
    expect(describePage(page, new URL('https://manager.linestep.net/line/show'), lstep, []).split('\n').length).toBeLessThan(60);
  });
});
