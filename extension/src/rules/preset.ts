/** Sites that come along, not used until the operator allows the browser to show Ittsu there. */
import type { Site } from './site';

/**
 * UTAGE, from public knowledge and never seen live: the address of a talk names the account; where names stand is not
 * known. So only the panel shows, until the operator points at a name.
 */
export const UTAGE: Site = {
  host: 'utage-system.com',
  name: 'UTAGE',
  start: '/',
  pages: [
    { path: '/account/*/line/talk', row: null, name: null, id: null, followed: null, account: { segment: 2 } },
  ],
};

export const PRESETS: readonly Site[] = [UTAGE];
