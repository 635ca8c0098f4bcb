/** Lステップ: lists every friend, shows its own member ids and only the account's name. */
import type { Dashboard, UrlExamples } from './dashboard';
import { detailedPerson, hasForeignRows, listAccount, listedPeople } from './list-page';

const LIST_PATH = /^\/line\/show\/?$/u;
const DETAIL_PATH = /^\/line\/detail\/(\d{4,12})\/?$/u;

export const lstep: Dashboard = {
  slug: 'lstep',
  sandbox: false,
  recognises: (url) =>
    url.protocol === 'https:' && url.hostname === 'manager.linestep.net' && !url.pathname.startsWith('/account/login'),
  visitKey: (url) => url.pathname + url.search,
  account: listAccount,
  people(page, url) {
    if (LIST_PATH.test(url.pathname)) return listedPeople(page, url, DETAIL_PATH);
    const detail = DETAIL_PATH.exec(url.pathname);
    return detail ? detailedPerson(page, detail[1]!) : [];
  },
  drifted: (page, url) =>
    LIST_PATH.test(url.pathname) && listedPeople(page, url, DETAIL_PATH).length === 0 && hasForeignRows(page),
};

export const lstepUrls: UrlExamples = {
  yes: [
    'https://manager.linestep.net/line/show?page=2',
    'https://manager.linestep.net/line/detail/123456789',
    'https://manager.linestep.net/line/visual?show=detail&member=123456789',
    'https://manager.linestep.net/',
  ],
  no: [
    'https://manager.linestep.net/account/login',
    'http://manager.linestep.net/line/show',
    'https://linestep.jp/line/show',
    'https://manager.linestep.net.evil.example/line/show',
  ],
};
