/** Friends that are asked for: a tab other than the queue, a search, or more of the queue than is pushed. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Friend, Stage } from '../helper/types';
import type { AccountState } from '../messages';
import type { Desk } from '../page/desk';

/** A friend with the account it belongs to. */
export interface Listed {
  accountId: string;
  friend: Friend;
}

export interface Asked {
  listed: Listed[];
  loading: boolean;
  /** Asks for the next page; null when there is none. */
  more: (() => void) | null;
}

/** Milliseconds without typing before a search is asked. */
const ASK_AFTER = 180;

/** Of these accounts. `revision` changes whenever the answer may be another one. With `stage` null nothing is asked. */
export function useFriends(desk: Desk, of: readonly AccountState[], stage: Stage | null, search: string, revision: string): Asked {
  const [pages, setPages] = useState<{ key: string; listed: Listed[]; cursors: Record<string, string> } | null>(null);
  const [loading, setLoading] = useState(false);
  const accounts = of.map(({ account }) => account.id).join();
  const key = JSON.stringify([stage, search, accounts]);
  const latest = useRef(key);
  latest.current = key;

  const load = async (cursors: Record<string, string> | null, before: Listed[]): Promise<void> => {
    if (stage === null) return;
    setLoading(true);
    const wanted = cursors ? Object.keys(cursors) : accounts.split(',').filter(Boolean);
    const answers = await Promise.allSettled(
      wanted.map((accountId) =>
        desk.ask('friends', {
          accountId,
          // A search is for anybody, whatever became of her: also for who was taken off the list.
          ...(search ? { q: search } : { stage }),
          ...(cursors?.[accountId] ? { cursor: cursors[accountId] } : {}),
        }),
      ),
    );
    if (latest.current !== key) return;
    const listed = [...before];
    const next: Record<string, string> = {};
    answers.forEach((answer, at) => {
      // An account whose list is refused shows nothing here; the notices above say why the helper is away.
      if (answer.status === 'rejected') return;
      const accountId = wanted[at]!;
      listed.push(...answer.value.items.map((friend) => ({ accountId, friend })));
      if (answer.value.next) next[accountId] = answer.value.next;
    });
    setPages({ key, listed, cursors: next });
    setLoading(false);
  };

  useEffect(() => {
    if (stage === null || !desk.ready) return;
    const timer = setTimeout(() => void load(null, []), search ? ASK_AFTER : 0);
    return () => clearTimeout(timer);
  }, [key, revision, desk.ready]);

  const current = pages?.key === key ? pages : null;
  const more = current && Object.keys(current.cursors).length > 0 ? () => void load(current.cursors, current.listed) : null;
  return { listed: current?.listed ?? [], loading: loading && !current, more };
}
