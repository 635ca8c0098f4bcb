/** LINE OA Chat: a single-page application. A friend who never wrote has no row here, so the dock does the work. */
import { chatAccount, openPerson, TALK_PATH, talkChanged } from './chat-page';
import type { Dashboard, UrlExamples } from './dashboard';

/** `/<bot>` and `/<bot>/chat/<id>`; groups (C…) and rooms (R…) get the dock but no first contact. */
const BOT_PATH = /^\/(U[0-9a-f]{32})(?:\/|$)/u;

function botOf(url: URL): string | null {
  return BOT_PATH.exec(url.pathname)?.[1] ?? null;
}

export const oachat: Dashboard = {
  slug: 'oachat',
  sandbox: false,
  recognises: (url) => url.protocol === 'https:' && url.hostname === 'chat.line.biz',
  visitKey: (url) => botOf(url) ?? url.pathname,
  account: (page, url) => chatAccount(page, url, botOf(url)),
  people(page, url) {
    const talk = TALK_PATH.exec(url.pathname);
    return talk ? openPerson(page, talk[2]!) : [];
  },
  drifted: (page, url, people) => TALK_PATH.test(url.pathname) && talkChanged(page, people),
};

export const oachatUrls: UrlExamples = {
  yes: [
    'https://chat.line.biz/',
    'https://chat.line.biz/U0123456789abcdef0123456789abcdef',
    'https://chat.line.biz/U0123456789abcdef0123456789abcdef/chat/Ufedcba9876543210fedcba9876543210',
    'https://chat.line.biz/U0123456789abcdef0123456789abcdef/chat/Cfedcba9876543210fedcba9876543210',
  ],
  no: [
    'http://chat.line.biz/',
    'https://chat.line.biz.example.com/U0123456789abcdef0123456789abcdef',
    'https://account.line.biz/login',
    'https://example.com/?https://chat.line.biz/',
  ],
};
