/** A page of the operator's own: told by the background whether it is one, read by its rules, pointed at. */
import type { Channel } from '../channel';
import type { Site, SitePage } from '../rules/site';
import type { SiteState } from '../messages';
import { ownDashboard } from '../rules/read';
import { mountPointing, type PointingMount } from './pointing/mount';
import { attend, type Surroundings } from './visit';

export interface OwnSurroundings extends Surroundings {
  openSite(onState: (state: SiteState) => void, onGone: () => void): Channel<'site'>;
}

/** Watches the page while it is one of the operator's own. */
export function attendOwn(around: OwnSurroundings): void {
  let known = '';
  let visit: AbortController | null = null;
  let pointing: PointingMount | null = null;

  const stop = (): void => {
    visit?.abort();
    visit = null;
    pointing?.close();
    pointing = null;
  };

  const use = (site: Site): void => {
    const now = JSON.stringify(site);
    if (now === known) return;
    known = now;
    visit?.abort();
    visit = new AbortController();
    const dashboard = ownDashboard(site);
    attend(around, visit.signal, (address) => {
      const url = URL.canParse(address) ? new URL(address) : null;
      return url && dashboard.recognises(url) ? dashboard : null;
    });
  };

  const channel = around.openSite(
    ({ site, pointing: mayPoint }) => {
      if (!site) {
        known = '';
        stop();
        return;
      }
      if (!mayPoint) {
        pointing?.close();
        pointing = null;
        use(site);
        return;
      }
      // Nothing of ours is in the way of what is pointed at.
      visit?.abort();
      known = '';
      pointing ??= mountPointing(around.page, {
        save: (page: SitePage) => channel.call('pointed', { page }),
        stop: () => void channel.call('stopPointing', {}).catch(() => pointing?.close()),
      });
    },
    stop,
  );
}
