/**
 * The background as a whole: one link to the helper, one snapshot, and the ports of all open pages.
 *
 * The browser may stop it at any moment and start it again for the next event, so nothing lives only here: the
 * pairing and choices are in storage on disk, the snapshot in storage that lasts while the browser runs.
 */
import { DEFAULT_ADDRESS } from '../helper/address';
import { HelperRefused, NoAnswer } from '../helper/request';
import { pair, type Pairing } from '../helper/pair';
import type { HelperClient } from '../helper/client';
import { hostOfOwn } from '../hosts';
import { friendKey, reviewAddress, type Announcing, type Dashboard, type Preferences, type ShownPerson } from '../messages';
import { accountOf, Announcer, NOT_ANNOUNCING, type Announcement } from './announcing';
import { badge, type Badge } from './badge';
import { Follower } from './follow';
import { Link, statusForm, type LinkStatus, type LinkWorld } from './link';
import { OwnSites, pointingForm, type OwnSitesWorld, type Pointing } from './own-sites';
import { runPageCommand } from './page-commands';
import { runPanelCommand } from './panel-commands';
import { OpenPorts, type PortLike, type Viewer } from './ports';
import { NotAllowed, problemOf } from './problems';
import { sendWithOneKey } from './send';
import { isOwnPage, mayUse, pageSender, tabOf } from './senders';
import { runSiteCommand } from './site-commands';
import { emptySnapshot, entryOf, learnFriend, snapshotForm, type Snapshot } from './snapshot';
import { lastingForms, Store, type Area, type Lasting } from './storage';
import { Reviews } from './reviews';
import { pageState, panelState, type Settings } from './view';

/** Milliseconds between looks at the helper while a page is open: a loss must show within five seconds. */
const TICK = 2_000;
/** Milliseconds after a change before the snapshot is stored. */
const STORE_AFTER = 500;

/** While the browser runs; in memory only, so names never reach the disk. */
interface Passing {
  snapshot: Snapshot;
  status: LinkStatus;
  pointing: Pointing;
}

export interface BackgroundWorld extends LinkWorld {
  local: Area;
  session: Area;
  ownId: string;
  /** `chrome-extension://…/`. */
  ownOrigin: string;
  /** What the helper lists this browser as, e.g. 「Chrome（Windows）」. */
  clientName: string;
  showBadge(badge: Badge): void;
  announce(announcement: Announcement): void;
  openOptions(): Promise<void>;
  openTab(address: string): Promise<unknown>;
  /** Puts an open tab in front of all. */
  showTab(tab: number): Promise<unknown>;
  sites: OwnSitesWorld;
  /** Any call to the browser: it counts as activity and keeps the background from being stopped. */
  stayAwake(): void;
}

export class Background {
  private readonly lasting: Store<Lasting>;
  private readonly passing: Store<Passing>;
  private readonly link: Link;
  private readonly ports: OpenPorts;
  private readonly follower: Follower;
  private readonly announcer = new Announcer();
  private readonly sites: OwnSites;
  private readonly reviews = new Reviews();
  private snapshot: Snapshot = emptySnapshot();
  private settings: Omit<Settings, 'sites'> = {
    address: DEFAULT_ADDRESS,
    switchedOff: [],
    preferences: {},
    announcing: NOT_ANNOUNCING,
  };
  /** Pages are told nothing before the first attempt: "offline" for a blink would be a lie. */
  private settled = false;
  private ticking: ReturnType<typeof setTimeout> | null = null;
  private storing: ReturnType<typeof setTimeout> | null = null;
  private readonly started: Promise<void>;

  constructor(private readonly world: BackgroundWorld) {
    this.lasting = new Store(world.local, lastingForms);
    this.passing = new Store(world.session, {
      snapshot: snapshotForm,
      status: statusForm,
      pointing: pointingForm,
    });
    this.ports = new OpenPorts(
      (viewer) => this.stateFor(viewer),
      (viewer, name, args) => this.answer(viewer, name, args),
      () => this.keepTicking(),
    );
    this.follower = new Follower(world, () => this.changed());
    this.sites = new OwnSites(
      world.sites,
      {
        sites: (sites) => this.lasting.set('sites', sites),
        pointing: (pointing) => (pointing ? this.passing.set('pointing', pointing) : this.passing.remove('pointing')),
      },
      () => this.changed(),
    );
    this.link = new Link(world, {
      lastId: () => this.snapshot.lastId,
      connected: async (client) => {
        this.snapshot = await this.follower.connected(client, this.snapshot);
      },
      frame: (frame) => {
        world.stayAwake();
        this.follower.frame(frame);
      },
      statusChanged: (status) => {
        if (status.connection !== 'ready') this.follower.disconnected();
        this.changed();
      },
    });
    this.started = this.start();
  }

  /** A port was opened. Whoever isn't one of ours is turned away. */
  connect(port: PortLike): void {
    const viewer = this.identify(port);
    if (!viewer) {
      port.disconnect();
      return;
    }
    this.ports.add(port, viewer);
  }

  /** The person pressed the dock's shortcut in this tab. */
  summon(tab: number): void {
    this.ports.summon(tab);
  }

  /** The person pressed a notification: to the dashboard that is open, else to LINE's own page of that account, whose
   * address proves whose it is. */
  async announcementPressed(id: string): Promise<void> {
    await this.started;
    const account = entryOf(this.snapshot, accountOf(id) ?? '')?.account ?? null;
    const tab = this.ports.newestTab((dashboard) => account === null || mayUse(dashboard, account));
    if (tab !== null) {
      await this.world.showTab(tab);
      this.ports.summon(tab);
    } else if (account?.basic_id && !account.sandbox) {
      await this.world.openTab(`https://manager.line.biz/account/${account.basic_id}`);
    } else {
      await this.world.openOptions();
    }
  }

  /** Looks after the connection. Called by the alarm and at the browser's start. */
  async wake(): Promise<void> {
    await this.started;
    this.world.stayAwake();
    await this.link.attend();
  }

  /** The browser's permissions changed. */
  async permissionsChanged(): Promise<void> {
    await this.started;
    await this.sites.lookAtPermissions();
  }

  private async start(): Promise<void> {
    const [pairing, address, switchedOff, preferences, announcing, sites, snapshot, status, pointing] = await Promise.all([
      this.lasting.get('pairing'),
      this.lasting.get('address'),
      this.lasting.get('switchedOff'),
      this.lasting.get('preferences'),
      this.lasting.get('announcing'),
      this.lasting.get('sites'),
      this.passing.get('snapshot'),
      this.passing.get('status'),
      this.passing.get('pointing'),
    ]);
    this.settings = {
      address: pairing?.address ?? address ?? DEFAULT_ADDRESS,
      switchedOff: switchedOff ?? [],
      preferences: preferences ?? {},
      announcing: announcing ?? NOT_ANNOUNCING,
    };
    if (pairing && snapshot) this.snapshot = snapshot;
    await this.sites.start(sites ?? [], pointing);
    this.link.setPairing(pairing, status ?? undefined);
    await this.link.attend();
    this.settled = true;
    this.changed();
  }

  private identify(port: PortLike): Viewer | null {
    if (port.name === 'page') {
      const dashboard = pageSender(port.sender, this.world.ownId);
      return dashboard && this.mayBe(dashboard) ? { kind: 'page', dashboard, watched: new Map() } : null;
    }
    if (port.name === 'site') {
      const host = hostOfOwn(pageSender(port.sender, this.world.ownId) ?? '');
      return host === null ? null : { kind: 'site', host, tabId: tabOf(port.sender) };
    }
    if (port.name === 'panel' && isOwnPage(port.sender, this.world.ownId, this.world.ownOrigin)) {
      return { kind: 'panel' };
    }
    return null;
  }

  /** A site of the operator's own counts while the browser gives it to us. Before we know, it may be one. */
  private mayBe(dashboard: Dashboard): boolean {
    const host = hostOfOwn(dashboard);
    return host === null || !this.settled || this.sites.active(host) !== null;
  }

  private stateFor(viewer: Viewer): unknown {
    if (!this.settled) return null;
    if (viewer.kind === 'site') return this.sites.stateFor(viewer.host, viewer.tabId);
    if (viewer.kind === 'page' && !this.mayBe(viewer.dashboard)) return null;
    const { snapshot } = this;
    const settings = { ...this.settings, sites: this.sites.all };
    return viewer.kind === 'panel'
      ? panelState(snapshot, this.link.status, settings)
      : pageState(snapshot, this.link.status, settings, viewer.dashboard, viewer.watched);
  }

  private async answer(
    viewer: Viewer,
    name: string,
    args: unknown,
  ): ReturnType<ConstructorParameters<typeof OpenPorts>[1]> {
    await this.started;
    let client: HelperClient | null = null;
    const asked = async (): Promise<HelperClient> => (client = await this.link.clientUntil(this.world.now()));
    try {
      if (viewer.kind === 'site') {
        await runSiteCommand(name, args, this.sites, viewer);
        return { ok: true, value: null };
      }
      if (viewer.kind === 'page' && !this.mayBe(viewer.dashboard)) throw new NotAllowed();
      const value =
        viewer.kind === 'page'
          ? await runPageCommand(name, args, this.pageContext(viewer, asked))
          : await runPanelCommand(name, args, this.panelContext(asked));
      return { ok: true, value: value ?? null };
    } catch (error) {
      if (client && error instanceof NoAnswer) this.link.doubt(client);
      if (client && error instanceof HelperRefused && error.problem.status === 401) this.link.refused(client);
      return { ok: false, problem: problemOf(error) };
    }
  }

  private pageContext(
    viewer: Viewer & { kind: 'page' },
    client: () => Promise<HelperClient>,
  ): Parameters<typeof runPageCommand>[2] {
    const current = (): Snapshot => this.snapshot;
    return {
      get snapshot() {
        return current();
      },
      dashboard: viewer.dashboard,
      client,
      send: (accountId, body, key) => sendWithOneKey(this.link, this.world, accountId, body, key),
      watch: (accountId, friends) => {
        for (const friend of friends) learnFriend(this.snapshot, accountId, friend);
        this.ports.watch(
          viewer,
          new Map(friends.map((friend) => [friendKey(accountId, friend.user_id), friend])),
        );
        this.changed();
      },
      changed: () => this.changed(),
      reviewPeople: (accountId, people) => this.reviewPeople(accountId, viewer.dashboard, people),
      remember: (preferences) => this.remember(preferences),
      openOptions: () => this.world.openOptions(),
    };
  }

  private panelContext(client: () => Promise<HelperClient>): Parameters<typeof runPanelCommand>[2] {
    const current = (): Snapshot => this.snapshot;
    return {
      get snapshot() {
        return current();
      },
      reviews: this.reviews,
      client,
      changed: () => this.changed(),
      pair: (address, code) => this.pair(address, code),
      forgetPairing: () => this.usePairing(null),
      reconnect: () => this.link.attend(),
      setSwitchedOff: (dashboard, off) => this.setSwitchedOff(dashboard, off),
      setAnnouncing: (announcing) => this.setAnnouncing(announcing),
      openOptions: () => this.world.openOptions(),
      openSetup: (url) => this.openSetup(url),
      saveSite: (site) => this.sites.save(site),
      removeSite: (host) => this.sites.remove(host),
      pointAt: (host) => this.sites.pointAt(host),
    };
  }

  private async openSetup(url: string): Promise<void> {
    if (new URL(url).origin !== new URL(this.settings.address).origin) throw new NotAllowed();
    await this.world.openTab(url);
  }

  private async pair(address: string, code: string): Promise<void> {
    this.settings = { ...this.settings, address };
    await this.lasting.set('address', address);
    await this.usePairing(await pair(this.world.fetch, address, code, this.world.clientName));
  }

  private async usePairing(pairing: Pairing | null): Promise<void> {
    if (pairing) await this.lasting.set('pairing', pairing);
    else await this.lasting.remove('pairing');
    this.snapshot = emptySnapshot();
    this.reviews.forget();
    this.link.setPairing(pairing);
    await this.link.attend();
    this.changed();
  }

  private async reviewPeople(accountId: string, dashboard: Dashboard, people: ShownPerson[]): Promise<void> {
    const id = crypto.randomUUID();
    this.reviews.keep(id, { accountId, dashboard, source: { kind: 'page', people } });
    await this.world.openTab(new URL(reviewAddress(id), this.world.ownOrigin).href);
  }

  private async remember(preferences: Preferences): Promise<void> {
    const { templates, personas } = this.settings.preferences;
    const merged = {
      ...this.settings.preferences,
      ...preferences,
      // By account: a page knows, and so gives, only those of its own kind.
      ...(preferences.templates && { templates: { ...templates, ...preferences.templates } }),
      ...(preferences.personas && { personas: { ...personas, ...preferences.personas } }),
    };
    this.settings = { ...this.settings, preferences: merged };
    this.changed();
    await this.lasting.set('preferences', merged);
  }

  private async setSwitchedOff(dashboard: Dashboard, off: boolean): Promise<void> {
    const others = this.settings.switchedOff.filter((one) => one !== dashboard);
    const switchedOff = off ? [...others, dashboard] : others;
    this.settings = { ...this.settings, switchedOff };
    this.changed();
    await this.lasting.set('switchedOff', switchedOff);
  }

  private async setAnnouncing(announcing: Announcing): Promise<void> {
    this.settings = { ...this.settings, announcing };
    this.changed();
    await this.lasting.set('announcing', announcing);
  }

  private announce(): void {
    if (this.link.status.connection !== 'ready') return;
    const now = this.world.now();
    const clock = new Date(now);
    const minute = clock.getHours() * 60 + clock.getMinutes();
    for (const one of this.announcer.look(this.snapshot, this.settings.announcing, now, minute)) this.world.announce(one);
  }

  private changed(): void {
    this.ports.changed();
    if (!this.settled) return;
    this.announce();
    this.world.showBadge(badge(this.snapshot, this.link.status));
    this.storing ??= setTimeout(() => {
      this.storing = null;
      void this.world.session.set({ snapshot: this.snapshot, status: this.link.status });
    }, STORE_AFTER);
  }

  /** While a page is open the helper is looked at every tick, and so is found again within a tick. */
  private keepTicking(): void {
    if (this.ports.count === 0 || this.ticking !== null) return;
    this.ticking = setTimeout(() => {
      this.ticking = null;
      if (this.ports.count === 0) return;
      void this.wake().finally(() => this.keepTicking());
    }, TICK);
  }
}
