/** What the browser does for the operator's own sites. */
import { browser } from '../platform';
import type { OwnSitesWorld } from './own-sites';

const SCRIPT = 'own-sites';
/** The same file that the manifest names for the built-in dashboards. */
const FILE = 'content-scripts/content.js';

const sameOnes = (some: string[], others: string[]): boolean =>
  some.length === others.length && some.every((one) => others.includes(one));

export const ownSites: OwnSitesWorld = {
  async runAt(patterns) {
    const [registered] = await browser.scripting.getRegisteredContentScripts({ ids: [SCRIPT] });
    if (patterns.length === 0) {
      if (registered) await browser.scripting.unregisterContentScripts({ ids: [SCRIPT] });
      return;
    }
    // A page that loads while they are registered anew would get no script.
    if (registered && sameOnes(registered.matches ?? [], patterns)) return;
    const script = { id: SCRIPT, matches: patterns, js: [FILE], allFrames: false, runAt: 'document_idle' as const };
    if (registered) await browser.scripting.updateContentScripts([script]);
    else await browser.scripting.registerContentScripts([{ ...script, persistAcrossSessions: true }]);
  },
  mayUse: (pattern) => browser.permissions.contains({ origins: [pattern] }),
  async giveBack(pattern) {
    await browser.permissions.remove({ origins: [pattern] });
  },
  async openTab(address) {
    return (await browser.tabs.create({ url: address })).id ?? null;
  },
};
