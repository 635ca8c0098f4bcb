/** The sandbox's page shaped like Lステップ's friend list. */
import type { Dashboard, UrlExamples } from './dashboard';
import { detailedPerson, hasForeignRows, listAccount, listedPeople } from './list-page';
import { isLoopback } from './loopback';

const ROOT = /^\/demo\/list(?:\/|$)/u;
const LIST_PATH = /^\/demo\/list\/line\/show\/?$/u;
const DETAIL_PATH = /^\/demo\/list\/line\/detail\/(\d{4,12})\/?$/u;

export const demoList: Dashboard = {
  slug: 'demo-list',
  sandbox: true,
  recognises: (url) => isLoopback(url) && ROOT.test(url.pathname),
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

export const demoListUrls: UrlExamples = {
  yes: [
    'http://127.0.0.1:8173/demo/list/line/show?page=1',
    'http://localhost:8173/demo/list/line/detail/123456789',
  ],
  no: ['http://127.0.0.1:8173/demo/listing', 'http://127.0.0.1:8173/', 'https://example.com/demo/list/line/show'],
};
