import { defineBackground } from 'wxt/utils/define-background';
import { Background } from '../background/background';
import type { Announcement } from '../background/announcing';
import type { PortLike } from '../background/ports';
import type { SocketConstructor } from '../helper/socket';
import { ownSites } from '../background/own-sites-world';
import { browser, language, t, version } from '../platform';

/** The shortcut's name in the manifest (wxt.config.ts). */
const OPEN_DOCK = 'open-dock';
const ALARM = 'look-after-the-helper';
/** Minutes; the shortest that Chrome allows. */
const ALARM_EVERY = 0.5;

export default defineBackground({
  type: 'module',
  main() {
    const background = new Background({
      fetch: (input, init) => fetch(input, init),
      WebSocket: WebSocket as unknown as SocketConstructor,
      now: () => Date.now(),
      wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      language: language(),
      version: version(),
      local: browser.storage.local,
      session: browser.storage.session,
      ownId: browser.runtime.id,
      ownOrigin: browser.runtime.getURL('/'),
      clientName: clientName(),
      showBadge,
      announce,
      openOptions: () => browser.runtime.openOptionsPage(),
      openTab: (url) => browser.tabs.create({ url }),
      showTab: async (tab) => {
        const { windowId } = (await browser.tabs.update(tab, { active: true })) ?? {};
        if (windowId !== undefined) await browser.windows.update(windowId, { focused: true });
      },
      stayAwake: () => void browser.runtime.getPlatformInfo(),
      sites: ownSites,
    });

    browser.runtime.onConnect.addListener((port) => background.connect(port as PortLike));
    // Firefox for Android has no shortcuts.
    browser.commands?.onCommand.addListener((command, tab) => {
      if (command === OPEN_DOCK && tab?.id !== undefined) background.summon(tab.id);
    });
    browser.alarms.onAlarm.addListener((alarm) => {
      if (alarm.name === ALARM) void background.wake();
    });
    const pressed = (id: string): void => {
      void browser.notifications.clear(id);
      void background.announcementPressed(id);
    };
    // There only once the person has allowed them.
    const hearNotifications = (): void => browser.notifications?.onClicked.addListener(pressed);
    hearNotifications();
    browser.permissions.onAdded.addListener(() => {
      hearNotifications();
      void background.permissionsChanged();
    });
    browser.permissions.onRemoved.addListener(() => void background.permissionsChanged());
    // Listened to so that the browser starts us at all: the badge counts before any dashboard is open.
    browser.runtime.onStartup.addListener(() => void background.wake());
    browser.runtime.onInstalled.addListener(() => void background.wake());
    void browser.alarms.create(ALARM, { periodInMinutes: ALARM_EVERY });
  },
});

function showBadge(badge: Parameters<ConstructorParameters<typeof Background>[0]['showBadge']>[0]): void {
  const { count, key } = badge.title;
  const titles = {
    waiting: () => t('common_badge_waiting', { n: count }),
    nobody: () => t('common_badge_nobody'),
    offline: () => t('common_badge_offline'),
    unpaired: () => t('common_badge_unpaired'),
  };
  void browser.action.setBadgeText({ text: badge.text });
  void browser.action.setBadgeBackgroundColor({ color: badge.colour });
  void browser.action.setBadgeTextColor({ color: badge.textColour });
  void browser.action.setTitle({ title: titles[key]() });
}

/** Silent where the permission was not given, or was taken back in the browser's settings. */
function announce({ id, count, account, friend }: Announcement): void {
  const who = friend === null ? null : t('common_announce_named', { name: friend });
  void browser.notifications?.create(id, {
    type: 'basic',
    iconUrl: browser.runtime.getURL('/icon/128.png'),
    title: count === 1 ? t('common_announce_one') : t('common_announce_many', { n: count }),
    message: [who, account].filter((words) => words !== null).join('\n'),
  });
}

/** How the helper lists this browser among a teammate's tokens. */
function clientName(): string {
  const agent = navigator.userAgent;
  const name = agent.includes('Firefox/') ? 'Firefox' : agent.includes('Edg/') ? 'Edge' : 'Chrome';
  const system = agent.includes('Windows') ? 'Windows' : agent.includes('Mac OS') ? 'macOS' : 'Linux';
  return `${name} (${system})`;
}
