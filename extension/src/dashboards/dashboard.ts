/** What a dashboard's file has to say. Everything here only reads the page: nothing is clicked, filled or changed. */

import type { Dashboard as Slug } from '../messages';

export type { Slug };

/** What the page itself says about whose account it shows. Judged against our accounts in page/proof.ts. */
export interface AccountEvidence {
  /** Basic or premium ids in the URL or in links outside messages and notes: lower case, with `@`, each once. */
  ids: string[];
  /** How the page names its account, for a binding: the name it shows, or its own id of the account. */
  pageAccount: string | null;
}

/** One person as the page shows them. */
export interface PagePerson {
  /** The dashboard's own id. Never a LINE user_id, even where it looks like one. */
  memberId: string;
  /** The name as shown, emoji pictures as their alt text. */
  name: string;
  /** RFC 3339 in UTC, to the minute; null when the page does not show it. */
  followedAt: string | null;
  /** The https address of the person's picture; null where the page shows none that is surely theirs. */
  picture: string | null;
  /** The element that shows the name, and whether our host goes right after it or, in a table cell, into it. */
  anchor: Element;
  place: 'after' | 'inside';
}

export interface Dashboard {
  slug: Slug;
  /** Demo pages serve only sandbox accounts, real dashboards only real ones. */
  sandbox: boolean;
  /** Whether this URL is a page of this dashboard that gets a dock. */
  recognises(url: URL): boolean;
  /** Two URLs with the same key belong to one visit: what proved the account on one still counts on the other. */
  visitKey(url: URL): string;
  account(page: Document, url: URL): AccountEvidence;
  /** The people that this page shows and we can name with certainty. Empty where row buttons make no sense. */
  people(page: Document, url: URL): PagePerson[];
  /** True when the page is not built as this file expects: a list or a person's page from which `people` (what was just
   * read) leaves out what another way of looking finds. */
  drifted(page: Document, url: URL, people: readonly PagePerson[]): boolean;
}

/** Addresses that must and must not be recognised; every dashboard's file brings its own, a test tries them all. */
export interface UrlExamples {
  yes: readonly string[];
  no: readonly string[];
}
