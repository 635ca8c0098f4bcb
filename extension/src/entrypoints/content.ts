/** Runs on the dashboards' pages, in the top frame only. Everything it does is in src/page. */
import { defineContentScript } from 'wxt/utils/define-content-script';
import { CommandRefused, openChannel } from '../channel';
import { DASHBOARD_MATCHES, isOwnHost } from '../hosts';
import { attendOwn } from '../page/own-site';
import { attend, type Surroundings } from '../page/visit';
import { t } from '../platform';

export default defineContentScript({
  matches: [...DASHBOARD_MATCHES],
  allFrames: false,
  runAt: 'document_idle',
  noScriptStartedPostMessage: true,
  main() {
    if (window.top !== window || document.contentType !== 'text/html') return;
    const around: Surroundings = {
      page: document,
      connect: (onState, onGone, onSummon) => openChannel('page', onState, onGone, onSummon),
      problemOf: (reason) => {
        if (reason instanceof CommandRefused) return reason.problem;
        throw reason;
      },
      now: () => Date.now(),
      newKey: () => crypto.randomUUID(),
      farewell: t('dock_replaced'),
    };
    if (isOwnHost(location.hostname)) {
      attendOwn({ ...around, openSite: (onState, onGone) => openChannel('site', onState, onGone) });
      return;
    }
    attend(
      around,
      // WXT's own signal ends scripts at an event of the document that the page can make, too. Ours ends with the
      // channel: an extension that was removed or updated is noticed there.
      new AbortController().signal,
    );
  },
});
