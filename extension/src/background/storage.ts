/** What the extension keeps. Behind two small faces, so that tests need no browser. */
import { readAddress } from '../helper/address';
import { pairingForm, type Pairing } from '../helper/pair';
import type { Announcing, Dashboard, Preferences } from '../messages';
import { announcingForm } from './announcing';
import { sitesForm, type Site } from '../rules/site';
import * as shape from '../shape';
import { Malformed, type Shape } from '../shape';

/** The browser's storage areas, as far as they are used. */
export interface Area {
  get(key: string): Promise<Record<string, unknown>>;
  set(items: Record<string, unknown>): Promise<void>;
  remove(key: string): Promise<void>;
}

/** On disk: who the helper is, and the person's choices. No customers' names, no texts. */
export interface Lasting {
  pairing: Pairing;
  /** As last typed, also before a pairing. */
  address: string;
  switchedOff: Dashboard[];
  preferences: Preferences;
  announcing: Announcing;
  /** The operator's own sites, with what was pointed at in them. */
  sites: Site[];
}

/** The dock's choices, small and of known form; an account's or a template's id is all the content they have. */
export const preferencesForm: Shape<Preferences> = shape.fields({
  collapsed: shape.optional(shape.yesOrNo),
  place: shape.optional(
    shape.fields({ right: shape.number(-10_000, 100_000), top: shape.number(-10_000, 100_000) }),
  ),
  height: shape.optional(shape.number(100, 100_000)),
  templates: shape.optional(shape.dictionary(/^\d{1,20}$/, shape.id, 500)),
  personas: shape.optional(shape.dictionary(/^\d{1,20}$/, shape.orNull(shape.id), 500)),
});

export const lastingForms: Forms<Lasting> = {
  pairing: pairingForm,
  address: (value) => {
    const address = shape.text(200)(value);
    if (readAddress(address) === null) throw new Malformed();
    return address;
  },
  switchedOff: shape.list(shape.dashboard, 50),
  preferences: preferencesForm,
  announcing: announcingForm,
  sites: sitesForm,
};

export type Forms<Values> = { [Key in keyof Values]: Shape<Values[Key]> };

export class Store<Values extends object> {
  constructor(
    private readonly area: Area,
    private readonly forms: Forms<Values>,
  ) {}

  /** What was stored; null if nothing was, or nothing of the form that is used now. */
  async get<Key extends keyof Values & string>(key: Key): Promise<Values[Key] | null> {
    const found = (await this.area.get(key))[key];
    if (found === undefined || found === null) return null;
    try {
      return this.forms[key](found);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      console.warn(`Ittsu: the stored ${key} is of no known form and is not used`);
      return null;
    }
  }

  set<Key extends keyof Values & string>(key: Key, value: Values[Key]): Promise<void> {
    return this.area.set({ [key]: value });
  }

  remove(key: keyof Values & string): Promise<void> {
    return this.area.remove(key);
  }
}
