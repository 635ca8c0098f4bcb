/** The sandbox's page shaped like Lステップ's friend list. */
import { namedAccount } from './account-name';
import type { UrlExamples } from './dashboard';
import { isLoopback } from './loopback';
import { FOLLOWED_LABELS, LINE_NAME_LABELS, memberDashboard } from './member-pages';

const ROOT = /^\/demo\/list(?:\/|$)/u;

export const demoList = memberDashboard({
  slug: 'demo-list',
  sandbox: true,
  recognises: (url) => isLoopback(url) && ROOT.test(url.pathname),
  account: namedAccount,
  pages: {
    list: /^\/demo\/list\/line\/show\/?$/u,
    person: /^\/demo\/list\/line\/detail\/(\d{4,12})\/?$/u,
    personHint: '/detail/',
    talk: null,
    memberId: /^\d{4,12}$/u,
    rowId: 'data-item-id',
    picture: null,
    lineName: LINE_NAME_LABELS,
    followed: FOLLOWED_LABELS,
  },
});

export const demoListUrls: UrlExamples = {
  yes: [
    'http://127.0.0.1:8173/demo/list/line/show?page=1',
    'http://localhost:8173/demo/list/line/detail/123456789',
  ],
  no: ['http://127.0.0.1:8173/demo/listing', 'http://127.0.0.1:8173/', 'https://example.com/demo/list/line/show'],
};
