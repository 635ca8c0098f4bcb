/** What each page gets to see of the snapshot. */
import type { Friend } from '../helper/types';
import type { Announcing, Dashboard, PageState, PanelState, Preferences } from '../messages';
import type { Site } from '../rules/site';
import type { LinkStatus } from './link';
import { mayUse } from './senders';
import { newFriends, type Snapshot } from './snapshot';

/** Friends and messages that changed lately are sent unasked, this many. */
const RECENT_FRIENDS = 100;
const RECENT_MESSAGES = 100;

export interface Settings {
  address: string;
  switchedOff: Dashboard[];
  preferences: Preferences;
  announcing: Announcing;
  sites: Site[];
}

/** `watched` holds friends as this page knows them from answers: only what has changed since is told again. */
export function pageState(
  snapshot: Snapshot,
  status: LinkStatus,
  settings: Settings,
  dashboard: Dashboard,
  watched: ReadonlyMap<string, Friend>,
): PageState {
  const entries = snapshot.accounts.filter((entry) => mayUse(dashboard, entry.account));
  const ids = new Set(entries.map((entry) => entry.account.id));
  const own = Object.keys(snapshot.friends).filter((key) => ids.has(key.slice(0, key.indexOf('/'))));
  const recent = new Set(own.slice(-RECENT_FRIENDS));
  const messages = Object.values(snapshot.messages).filter(({ accountId }) => ids.has(accountId));
  return {
    connection: status.connection,
    offlineSince: status.offlineSince,
    teammate: snapshot.teammate,
    accounts: status.connection === 'unpaired' ? [] : entries.map(({ queueMore: _, ...entry }) => entry),
    bindings: snapshot.bindings.filter((binding) => binding.dashboard === dashboard),
    friends: Object.fromEntries(
      own
        .filter((key) => recent.has(key) || (watched.has(key) && watched.get(key) !== snapshot.friends[key]))
        .map((key) => [key, snapshot.friends[key]!]),
    ),
    messages: Object.fromEntries(
      messages.slice(-RECENT_MESSAGES).map(({ message }) => [message.id, message]),
    ),
    era: snapshot.era,
    switchedOff: settings.switchedOff.includes(dashboard),
    preferences: preferencesOf(settings.preferences, ids),
  };
}

/** A page learns what was chosen for its own accounts. */
function preferencesOf(preferences: Preferences, accountIds: ReadonlySet<string>): Preferences {
  const own = <Value>(chosen: Record<string, Value> | undefined): Record<string, Value> =>
    Object.fromEntries(Object.entries(chosen ?? {}).filter(([accountId]) => accountIds.has(accountId)));
  const { templates, personas, ...rest } = preferences;
  return { ...rest, ...(templates && { templates: own(templates) }), ...(personas && { personas: own(personas) }) };
}

export function panelState(snapshot: Snapshot, status: LinkStatus, settings: Settings): PanelState {
  const known = status.connection !== 'unpaired';
  return {
    connection: status.connection,
    offlineSince: status.offlineSince,
    reason: status.reason,
    address: settings.address,
    helperVersion: status.helperVersion,
    teammate: known ? snapshot.teammate : null,
    accounts: known
      ? snapshot.accounts.map((entry) => ({
          account: entry.account,
          quota: entry.quota,
          newFriends: newFriends(entry),
          templates: entry.templates,
          personas: entry.personas,
          greeting: entry.greeting,
        }))
      : [],
    bindings: known ? snapshot.bindings : [],
    switchedOff: settings.switchedOff,
    announcing: settings.announcing,
    sites: settings.sites,
  };
}
