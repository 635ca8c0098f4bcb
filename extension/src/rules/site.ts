/**
 * What the operator taught about a site of their own: data, never code. Told by pointing (page/pointing), typed in the
 * options, or read from a file; always checked here before it is stored or used.
 */
import type { OwnDashboard } from '../messages';
import { hostOfOwn, isOwnHost } from '../hosts';
import { Malformed, type Shape } from '../shape';
import * as shape from '../shape';
import { isSelector, LONGEST_SELECTOR } from './selector';

/** Where a person's number stands: in the text or an attribute of an element of the row, or in the address. */
export type IdRule =
  | {
      /** Inside the row; empty: the row itself. */
      at: string;
      /** Null: the element's text. */
      attribute: string | null;
      /** What stands before the number; empty: it begins at once. */
      after: string;
      /** Digits only; else letters, digits, `-` and `_`. */
      digits: boolean;
    }
  | { segment: number };

/** How the page names its LINE account: an element's text, a part of the address, or never (one account only). */
export type AccountRule = { at: string } | { segment: number } | null;

export interface SitePage {
  /** The path of the address. An asterisk stands for one whole part of it. */
  path: string;
  /** Finds the rows of a list; null where the page shows one person. */
  row: string | null;
  /** Inside the row, the element with the name; empty: the row itself. Null: nobody is read here, only the panel shows. */
  name: string | null;
  id: IdRule | null;
  /** Inside the row, when they were added as a friend, in Japan time. */
  followed: string | null;
  account: AccountRule;
}

export interface Site {
  host: string;
  /** What the operator calls it. */
  name: string;
  /** Where pointing starts: path and query. */
  start: string;
  pages: SitePage[];
}

export const slugOf = (host: string): OwnDashboard => `own-${host}`;
export { hostOfOwn };

/** The only address that a site's rules may ever be used at. */
export const originPattern = (host: string): string => `https://${host}/*`;

const MOST_SEGMENTS = 20;
export const MOST_SITES = 50;
export const MOST_PAGES = 20;
/** Characters of an exported file that are read. */
export const LONGEST_FILE = 100_000;

const hostForm: Shape<string> = (value) => {
  const host = shape.text(56)(value);
  if (!isOwnHost(host)) throw new Malformed();
  return host;
};

const selector: Shape<string> = (value) => {
  const found = shape.text(LONGEST_SELECTOR)(value);
  if (!isSelector(found)) throw new Malformed();
  return found;
};

/** A selector inside a row; empty: the row itself. */
const within: Shape<string> = (value) => (value === '' ? '' : selector(value));
const segment = shape.number(1, MOST_SEGMENTS);
const PATH = /^\/[^?#\s]*$/u;

const idForm: Shape<IdRule> = shape.either<IdRule, IdRule>(
  shape.fields({
    at: within,
    attribute: shape.orNull(shape.text(60, /^[a-z][\w-]*$/iu)),
    after: shape.text(200, undefined, 0),
    digits: shape.yesOrNo,
  }),
  shape.fields({ segment }),
);

const accountForm: Shape<AccountRule> = shape.orNull(
  shape.either<{ at: string }, { segment: number }>(shape.fields({ at: selector }), shape.fields({ segment })),
);

const pageFields: Shape<SitePage> = shape.fields({
  path: shape.text(300, PATH),
  row: shape.orNull(selector),
  name: shape.orNull(within),
  id: shape.orNull(idForm),
  followed: shape.orNull(within),
  account: accountForm,
});

export const sitePageForm: Shape<SitePage> = (value) => {
  const page = pageFields(value);
  if (page.path.split('/').length > MOST_SEGMENTS + 1) throw new Malformed();
  // Without rows there is nothing for the name to be "the row itself" of.
  if (page.row === null && page.name === '') throw new Malformed();
  return page;
};

export const siteForm: Shape<Site> = shape.fields({
  host: hostForm,
  name: shape.text(60),
  start: shape.text(500, /^\/[^\s\\]*$/u),
  pages: shape.list(sitePageForm, MOST_PAGES),
});

export const sitesForm = shape.list(siteForm, MOST_SITES);

/** Files say what they are, so that a later form can be told apart. */
const fileForm: Shape<{ ittsu_site: 1; site: Site }> = shape.fields({ ittsu_site: shape.oneOf(1), site: siteForm });

export const fileOf = (site: Site): string => `${JSON.stringify({ ittsu_site: 1, site }, null, 2)}\n`;

/** Throws Malformed for anything but what `fileOf` makes. */
export function siteFromFile(text: string): Site {
  if (text.length > LONGEST_FILE) throw new Malformed();
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    throw new Malformed();
  }
  return fileForm(read).site;
}

/** The parts of a path: `/a/b/` has two. */
export const segments = (path: string): string[] => path.split('/').filter((part) => part !== '');

/** Whether a path is one that the pattern means. */
export function matchesPath(pattern: string, path: string): boolean {
  const wanted = segments(pattern);
  const shown = segments(path);
  return wanted.length === shown.length && wanted.every((part, at) => part === '*' || part === shown[at]);
}
