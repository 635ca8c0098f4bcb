/** Who is at the other end of a port. Decided from what the browser says of the sender, never from what it says of itself. */
import { isOwnHost } from '../hosts';
import type { Dashboard } from '../messages';
import { slugOf } from '../rules/site';

export interface Sender {
  id?: string | undefined;
  url?: string | undefined;
  /** Where the browser says it; Firefox says the address only. */
  origin?: string | undefined;
  frameId?: number | undefined;
  tab?: object | undefined;
}

const HOSTS: Record<string, Dashboard> = {
  'chat.line.biz': 'oachat',
  'manager.line.biz': 'manager',
  'manager.linestep.net': 'lstep',
  'step.lme.jp': 'lme',
};
const LOOPBACK = new Set(['127.0.0.1', 'localhost']);

/** Which dashboard a page's address belongs to, null for any other page. Whether a site of the operator's own is really
 * one is the caller's to know. */
export function dashboardOf(address: string): Dashboard | null {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  if (url.protocol === 'https:' && url.port === '') {
    return HOSTS[url.hostname] ?? (isOwnHost(url.hostname) ? slugOf(url.hostname) : null);
  }
  if (url.protocol === 'http:' && LOOPBACK.has(url.hostname)) {
    if (url.pathname.startsWith('/demo/chat/')) return 'demo-chat';
    if (url.pathname.startsWith('/demo/list/')) return 'demo-list';
  }
  return null;
}

/** The dashboard whose top frame this is, in a tab, with our own script in it; else null. */
export function pageSender(sender: Sender | undefined, ownId: string): Dashboard | null {
  if (!sender || sender.id !== ownId || sender.frameId !== 0 || !sender.tab || !sender.url) return null;
  const dashboard = dashboardOf(sender.url);
  // A sandboxed page has an address, but is not of that origin.
  if (dashboard && sender.origin !== undefined && sender.origin !== new URL(sender.url).origin) return null;
  return dashboard;
}

/** The id of the sender's tab; null where the browser names none. */
export function tabOf(sender: Sender | undefined): number | null {
  const id = (sender?.tab as { id?: unknown } | undefined)?.id;
  return typeof id === 'number' ? id : null;
}

/** Whether the sender is one of the extension's own pages (options, popup). */
export function isOwnPage(sender: Sender | undefined, ownId: string, ownOrigin: string): boolean {
  return sender?.id === ownId && sender.url !== undefined && sender.url.startsWith(ownOrigin);
}

/** Practice pages serve practice accounts only, real ones real accounts only. */
export const mayUse = (dashboard: Dashboard, account: { sandbox: boolean }): boolean =>
  (dashboard === 'demo-chat' || dashboard === 'demo-list') === account.sandbox;
