/** Lステップ: lists every friend, shows its own member ids and only the account's name. */
import { namedAccount } from './account-name';
import type { UrlExamples } from './dashboard';
import { FOLLOWED_LABELS, LINE_NAME_LABELS, memberDashboard } from './member-pages';

export const lstep = memberDashboard({
  slug: 'lstep',
  sandbox: false,
  recognises: (url) =>
    url.protocol === 'https:' && url.hostname === 'manager.linestep.net' && !url.pathname.startsWith('/account/login'),
  account: namedAccount,
  pages: {
    list: /^\/line\/show\/?$/u,
    person: /^\/line\/detail\/(\d{4,12})\/?$/u,
    personHint: '/detail/',
    talk: { path: /^\/line\/visual\/?$/u, parameter: 'member' },
    memberId: /^\d{4,12}$/u,
    rowId: 'data-item-id',
    picture: 'img[src*="/face/v2/"]',
    lineName: LINE_NAME_LABELS,
    followed: FOLLOWED_LABELS,
  },
});

export const lstepUrls: UrlExamples = {
  yes: [
    'https://manager.linestep.net/line/show?page=2',
    'https://manager.linestep.net/line/detail/123456789',
    'https://manager.linestep.net/line/visual',
    'https://manager.linestep.net/line/visual?member=123456789',
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
