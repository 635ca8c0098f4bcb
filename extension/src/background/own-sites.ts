/** The operator's own sites: kept, used where the browser allows it, taught by pointing. */
import type { SiteState } from '../messages';
import { MOST_PAGES, MOST_SITES, originPattern, sitePageForm, type Site, type SitePage } from '../rules/site';
import * as shape from '../shape';
import { NotAllowed } from './problems';

/** What the browser does for them. */
export interface OwnSitesWorld {
  /** Lets our script run in pages of these hosts from their next loading on, and of no others. */
  runAt(patterns: string[]): Promise<void>;
  /** Whether the browser gives us this host. */
  mayUse(pattern: string): Promise<boolean>;
  giveBack(pattern: string): Promise<void>;
  /** Opens a tab in front; its id. */
  openTab(address: string): Promise<number | null>;
}

/** The tab in which a person points; other tabs of the same site show nothing of it. */
export interface Pointing {
  host: string;
  tabId: number;
}

export const pointingForm = shape.known({
  host: shape.text(60),
  tabId: shape.number(0, Number.MAX_SAFE_INTEGER),
});

export interface Keep {
  sites(sites: Site[]): Promise<void>;
  pointing(pointing: Pointing | null): Promise<void>;
}

export class OwnSites {
  private sites: Site[] = [];
  private allowed: ReadonlySet<string> = new Set();
  private pointing: Pointing | null = null;
  private looking: Promise<void> = Promise.resolve();

  constructor(
    private readonly world: OwnSitesWorld,
    private readonly keep: Keep,
    private readonly changed: () => void,
  ) {}

  async start(sites: Site[], pointing: Pointing | null): Promise<void> {
    this.sites = sites;
    this.pointing = pointing;
    await this.lookAtPermissions();
  }

  get all(): Site[] {
    return this.sites;
  }

  /** The site of a host, if the browser gives it to us; a rule alone opens nothing. */
  active(host: string): Site | null {
    return this.allowed.has(host) ? (this.sites.find((site) => site.host === host) ?? null) : null;
  }

  stateFor(host: string, tabId: number | null): SiteState {
    const site = this.active(host);
    const { pointing } = this;
    return { site, pointing: site !== null && pointing?.host === host && pointing.tabId === tabId };
  }

  /** The browser's permissions may have changed, by us or by hand. One look after the other. */
  lookAtPermissions(): Promise<void> {
    this.looking = this.looking.catch(() => {}).then(() => this.look());
    return this.looking;
  }

  private async look(): Promise<void> {
    const answers = await Promise.all(this.sites.map(({ host }) => this.world.mayUse(originPattern(host))));
    const allowed = this.sites.filter((_, at) => answers[at]).map(({ host }) => host);
    await this.world.runAt(allowed.map(originPattern));
    this.allowed = new Set(allowed);
    this.changed();
  }

  async save(site: Site): Promise<void> {
    const others = this.sites.filter(({ host }) => host !== site.host);
    if (others.length >= MOST_SITES) throw new shape.Malformed();
    this.sites = [...others, site];
    await this.keep.sites(this.sites);
    await this.lookAtPermissions();
  }

  /** Forgets the site and gives the browser's permission back. */
  async remove(host: string): Promise<void> {
    if (!this.sites.some((site) => site.host === host)) return;
    this.sites = this.sites.filter((site) => site.host !== host);
    await this.keep.sites(this.sites);
    if (this.pointing?.host === host) await this.point(null);
    await this.lookAtPermissions();
    await this.world.giveBack(originPattern(host));
  }

  /** Opens the site for pointing. */
  async pointAt(host: string): Promise<void> {
    const site = this.active(host);
    if (!site) throw new NotAllowed();
    const tabId = await this.world.openTab(`https://${host}${site.start}`);
    await this.point(tabId === null ? null : { host, tabId });
  }

  /** What a person showed, in the tab that was opened for it. */
  async pointed(host: string, tabId: number | null, page: SitePage): Promise<void> {
    const site = this.active(host);
    if (!site || !this.stateFor(host, tabId).pointing) throw new NotAllowed();
    const checked = sitePageForm(page);
    const others = site.pages.filter(({ path }) => path !== checked.path);
    if (others.length >= MOST_PAGES) throw new shape.Malformed();
    await this.point(null);
    // What was pointed at stands before what came along, which may mean the same addresses.
    await this.save({ ...site, pages: [checked, ...others] });
  }

  async stopPointing(host: string, tabId: number | null): Promise<void> {
    if (this.stateFor(host, tabId).pointing) await this.point(null);
  }

  private async point(pointing: Pointing | null): Promise<void> {
    this.pointing = pointing;
    await this.keep.pointing(pointing);
    this.changed();
  }
}
