/** LINE Official Account Manager: no list of friends at all; the account's id stands in the address. */
import type { Dashboard, UrlExamples } from './dashboard';
import { accountIdOf } from './reading';

export const manager: Dashboard = {
  slug: 'manager',
  sandbox: false,
  recognises: (url) => url.protocol === 'https:' && url.hostname === 'manager.line.biz',
  visitKey: (url) => accountIdOf(url) ?? url.pathname,
  // Only the address: the page's account switcher links to every account the operator has.
  account(_page, url) {
    const id = accountIdOf(url);
    return { ids: id ? [id] : [], pageAccount: null };
  },
  people: () => [],
  drifted: () => false,
};

export const managerUrls: UrlExamples = {
  yes: [
    'https://manager.line.biz/',
    'https://manager.line.biz/account/@sakura',
    'https://manager.line.biz/account/%40sakura/autoresponse',
  ],
  no: ['http://manager.line.biz/account/@sakura', 'https://manager.linestep.net/', 'https://manager.line.biz.evil.example/account/@sakura'],
};
