/** What the extension keeps. Behind two small faces, so that tests need no browser. */
import type { Pairing } from '../helper/pair';
import type { Dashboard, Preferences } from '../messages';

/** The browser's storage areas, as far as they are used. */
export interface Area {
  get(key: string): Promise<Record<string, unknown>>;
  set(items: Record<string, unknown>): Promise<void>;
  remove(key: string): Promise<void>;
}

/** On disk: who the helper is, and the person's choices. No names, no texts. */
export interface Lasting {
  pairing: Pairing;
  /** As last typed, also before a pairing. */
  address: string;
  switchedOff: Dashboard[];
  preferences: Preferences;
}

export class Store<Values extends object> {
  constructor(private readonly area: Area) {}

  async get<Key extends keyof Values & string>(key: Key): Promise<Values[Key] | null> {
    const found = (await this.area.get(key))[key];
    return (found as Values[Key] | undefined) ?? null;
  }

  set<Key extends keyof Values & string>(key: Key, value: Values[Key]): Promise<void> {
    return this.area.set({ [key]: value });
  }

  remove(key: keyof Values & string): Promise<void> {
    return this.area.remove(key);
  }
}
