/** The toolbar button: how many people wait for a first message. */
import type { LinkStatus } from './link';
import { newFriends, type Snapshot } from './snapshot';

export interface Badge {
  /** At most four characters fit. Empty: nothing to show. */
  text: string;
  colour: string;
  textColour: string;
  title: { key: 'waiting' | 'nobody' | 'offline' | 'unpaired'; count: number };
}

const GREEN = '#067A3B';
const GREY = '#6B7280';
const WHITE = '#FFFFFF';

export function badge(snapshot: Snapshot, status: LinkStatus): Badge {
  if (status.connection === 'unpaired') {
    return { text: '', colour: GREY, textColour: WHITE, title: { key: 'unpaired', count: 0 } };
  }
  const count = snapshot.accounts.reduce((sum, entry) => sum + newFriends(entry), 0);
  const text = count === 0 ? '' : count > 999 ? '999+' : String(count);
  if (status.connection === 'offline') {
    // The last known number stays, in grey: it may be more by now.
    return { text: text === '' ? '–' : text, colour: GREY, textColour: WHITE, title: { key: 'offline', count } };
  }
  return { text, colour: GREEN, textColour: WHITE, title: { key: count === 0 ? 'nobody' : 'waiting', count } };
}
