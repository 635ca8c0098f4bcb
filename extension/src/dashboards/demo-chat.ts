/** The sandbox's page shaped like OA Chat. Any port: the sandbox may take whichever is free. */
import { chatAccount, openPerson, talkChanged } from './chat-page';
import type { Dashboard, UrlExamples } from './dashboard';
import { isLoopback } from './loopback';

const BOT_PATH = /^\/demo\/chat\/([^/]+)(?:\/|$)/u;
const TALK_PATH = /^\/demo\/chat\/[^/]+\/chat\/(U[0-9a-f]{32})\/?$/u;

function botOf(url: URL): string | null {
  return BOT_PATH.exec(url.pathname)?.[1] ?? null;
}

export const demoChat: Dashboard = {
  slug: 'demo-chat',
  sandbox: true,
  recognises: (url) => isLoopback(url) && BOT_PATH.test(url.pathname),
  visitKey: (url) => botOf(url) ?? url.pathname,
  account: (page, url) => chatAccount(page, url, botOf(url)),
  people(page, url) {
    const talk = TALK_PATH.exec(url.pathname);
    return talk ? openPerson(page, talk[1]!) : [];
  },
  drifted: (page, url, people) => TALK_PATH.test(url.pathname) && talkChanged(page, people),
};

export const demoChatUrls: UrlExamples = {
  yes: [
    'http://127.0.0.1:8173/demo/chat/U0123456789abcdef0123456789abcdef',
    'http://localhost:40123/demo/chat/U0123456789abcdef0123456789abcdef/chat/Ufedcba9876543210fedcba9876543210',
  ],
  no: [
    'http://127.0.0.1:8173/demo/',
    'http://127.0.0.1:8173/phone',
    'http://192.168.0.2:8173/demo/chat/U0123456789abcdef0123456789abcdef',
    'https://example.com/demo/chat/U0123456789abcdef0123456789abcdef',
  ],
};
