/** エルメ: lists every friend in a table that its script fills, shows its own member ids; which account is open is kept
 * in the session, so what the page says is read again at every send. */
import { nameAt } from './account-name';
import type { AccountEvidence, UrlExamples } from './dashboard';
import { FOLLOWED_LABELS, LINE_NAME_LABELS, memberDashboard } from './member-pages';
import { linkedAccountIds } from './reading';
import { WRITTEN } from './written';

/** No public source says where the account's name stands: strongest first, and two different names are none. */
const ACCOUNT_NAME = [
  '[data-account-name]',
  '[aria-label="LINE公式アカウント"]',
  'header [class*="account-name" i], aside [class*="account-name" i], nav [class*="account-name" i]',
  'header [class*="bot-name" i], aside [class*="bot-name" i], nav [class*="bot-name" i]',
] as const;

function account(page: Document, url: URL): AccountEvidence {
  return { ids: linkedAccountIds(page, url, WRITTEN), pageAccount: nameAt(page, ACCOUNT_NAME) };
}

export const lme = memberDashboard({
  slug: 'lme',
  sandbox: false,
  recognises: (url) =>
    url.protocol === 'https:' && url.hostname === 'step.lme.jp' && url.port === '' && /^\/basic(?:\/|$)/u.test(url.pathname),
  account,
  pages: {
    list: /^\/basic\/friendlist(?:\/(?:hidden|user-block|block))?\/?$/u,
    person: /^\/basic\/friendlist\/my_page\/(\d{1,12})\/?$/u,
    personHint: '/my_page/',
    talk: { path: /^\/basic\/chat-v3\/?$/u, parameter: 'friend_id' },
    memberId: /^\d{1,12}$/u,
    rowId: null,
    picture: null,
    lineName: LINE_NAME_LABELS,
    followed: FOLLOWED_LABELS,
  },
});

export const lmeUrls: UrlExamples = {
  yes: [
    'https://step.lme.jp/basic/friendlist',
    'https://step.lme.jp/basic/friendlist/hidden',
    'https://step.lme.jp/basic/friendlist/my_page/1234567',
    'https://step.lme.jp/basic/chat-v3?friend_id=1234567',
    'https://step.lme.jp/basic/overview',
  ],
  no: [
    'https://step.lme.jp/',
    'https://step.lme.jp/login',
    'https://step.lme.jp/basics',
    'http://step.lme.jp/basic/friendlist',
    'https://lme.jp/basic/friendlist',
    'https://step.lme.jp.evil.example/basic/friendlist',
    'https://example.com/?https://step.lme.jp/basic/friendlist',
  ],
};
