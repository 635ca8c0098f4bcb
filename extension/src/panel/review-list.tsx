/** The decisions of a review, twenty at a time. The focus goes from one to the next, so that Enter works through them. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { SkippedLine, Suggestion } from '../helper/types';
import type { Problem, ReviewItem } from '../messages';
import { t } from '../platform';
import { pressOnce } from '../ui/keyboard';
import { Stillness } from '../ui/still';
import { mayEdit } from './account-choice';
import { countLinked, isOpen, kindOf, KINDS, nextOpen, type Decided, type Kind, type Progress } from './review';
import { nameOfItem, ReviewEntry } from './review-entry';
import type { Whole } from './review-page';
import { problemFrom, useKnownPanel, wordsOf } from './use-panel';

const AT_A_TIME = 20;
/** Where the focus goes when no entry below waits. */
const END = ' end';

export function ReviewList({ whole, side }: { whole: Whole; side: string }) {
  const { state, call } = useKnownPanel();
  const [kind, setKind] = useState<Kind | null>(null);
  const [shown, setShown] = useState(AT_A_TIME);
  const [decided, setDecided] = useState<Decided>({});
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [said, setSaid] = useState('');
  const still = useRef(new Stillness(() => performance.now())).current;
  const entries = useRef(new Map<string, HTMLLIElement>()).current;
  const end = useRef<HTMLParagraphElement>(null);
  const more = useRef<HTMLButtonElement>(null);
  const focusOn = useRef<string | null>(null);

  const present = whole.items.filter(({ member }) => !hidden.has(member.member_id));
  const fitting = present.filter((item) => kind === null || kindOf(item) === kind);
  const drawn = fitting.slice(0, shown);
  const waiting = present.filter((item) => isOpen(item, decided));
  const usable = mayEdit(state);

  useLayoutEffect(() => {
    still.drawn(drawn.map(({ member: { member_id: id } }) => ({ key: id, says: decided[id]?.kind ?? 'open' })));
    const wanted = focusOn.current;
    focusOn.current = null;
    if (wanted === null) return;
    const entry = entries.get(wanted);
    // Several to choose from: Enter must not choose one, so the entry has the focus and none of its buttons.
    const target = entry?.querySelector<HTMLElement>('[data-first]') ?? entry ?? more.current ?? end.current;
    target?.focus({ preventScroll: true });
    (entry ?? target)?.scrollIntoView({ block: 'nearest' });
  });

  const note = (id: string, progress: Progress | null): void =>
    setDecided(({ [id]: _, ...others }) => (progress ? { ...others, [id]: progress } : others));
  /** Unless the person went elsewhere meanwhile. */
  const goOn = (id: string, to: string): void => {
    const focused = document.activeElement;
    if (!focused || focused === document.body || entries.get(id)?.contains(focused)) focusOn.current = to;
  };
  const link = async (item: ReviewItem, friend: Suggestion): Promise<void> => {
    const { member_id: id } = item.member;
    note(id, { kind: 'busy' });
    try {
      await call('link', { ...whereOf(whole, id), userId: friend.user_id });
    } catch (reason) {
      note(id, { kind: 'failed', words: failure(problemFrom(reason)) });
      return;
    }
    goOn(id, nextOpen(drawn, decided, id) ?? END);
    note(id, { kind: 'linked', name: friend.display_name ?? t('dock_nameless'), failed: null });
    setSaid(t('links_linked_of', { name: nameOfItem(item) }));
  };
  const undo = async (item: ReviewItem, progress: Progress): Promise<void> => {
    const { member_id: id } = item.member;
    try {
      await call('unlink', whereOf(whole, id));
    } catch (reason) {
      const problem = problemFrom(reason);
      // Somebody else took it back already.
      if (problem.code !== 'link_unknown') {
        note(id, { ...(progress as Progress & { kind: 'linked' }), failed: failure(problem) });
        return;
      }
    }
    goOn(id, id);
    note(id, null);
    setSaid(t('links_undone', { name: nameOfItem(item) }));
  };
  const hide = ({ member: { member_id: id } }: ReviewItem): void => {
    goOn(id, nextOpen(drawn, decided, id) ?? END);
    setHidden(new Set([...hidden, id]));
  };
  const showMore = (): void => {
    focusOn.current = fitting[shown]?.member.member_id ?? END;
    setShown(shown + AT_A_TIME);
  };

  return (
    <>
      <dl class="tallies">
        <Tally label={t('links_count_open')} count={waiting.length} />
        <Tally label={t('links_count_done')} count={countLinked(decided)} />
        <Tally label={t('links_count_linked')} count={whole.linked} />
        <Tally label={t('links_count_unknown')} count={whole.unknown} />
      </dl>
      {whole.skippedCount > 0 && <Skipped lines={whole.skipped} count={whole.skippedCount} />}
      {state.connection === 'ready' && !usable && <p class="notice">{t('options_read_only')}</p>}
      {whole.items.length > 0 && <p class="soft">{t('links_lead')}</p>}
      {whole.items.length > 0 && (
        <div class="filters" role="group" aria-label={t('links_filter')}>
          <Filter label={t('links_filter_all')} count={waiting.length} pressed={kind === null} onPress={() => (setKind(null), setShown(AT_A_TIME))} />
          {KINDS.map((each) => {
            const count = waiting.filter((item) => kindOf(item) === each).length;
            if (each === 'time' && !whole.items.some((item) => kindOf(item) === each)) return null;
            return (
              <Filter
                key={each}
                label={kindName(each)}
                count={count}
                pressed={kind === each}
                onPress={() => (setKind(each), setShown(AT_A_TIME))}
              />
            );
          })}
        </div>
      )}
      <p class="hidden" role="status">
        {said}
      </p>
      <ul
        class="pairs"
        role="list"
        onKeyDownCapture={pressOnce}
        onPointerMove={(event) => still.pointed(event)}
        onPointerDown={(event) => still.pointed(event)}
      >
        {drawn.map((item) => {
          const { member_id: id } = item.member;
          const progress = decided[id];
          return (
            <ReviewEntry
              key={id}
              {...{ item, side, progress, usable }}
              entry={(element) => void (element ? entries.set(id, element) : entries.delete(id))}
              // A second press on a place that has just moved was meant for what stood there before.
              onLink={(event, friend) => event.detail <= 1 && still.believes(event) && void link(item, friend)}
              onNot={() => hide(item)}
              onUndo={() => progress && void undo(item, progress)}
            />
          );
        })}
      </ul>
      {fitting.length > shown && (
        <button ref={more} type="button" class="button more" onClick={showMore}>
          {t('links_more', { n: fitting.length - shown })}
        </button>
      )}
      {fitting.length <= shown && (
        <p ref={end} class="end soft" tabIndex={-1}>
          {endWords(whole.items.length, waiting.length, fitting.length)}
        </p>
      )}
      {hidden.size > 0 && (
        <p class="soft">
          {t('links_hidden', { n: hidden.size })}{' '}
          <button type="button" class="link" onClick={() => setHidden(new Set())}>
            {t('links_show_hidden')}
          </button>
        </p>
      )}
    </>
  );
}

const whereOf = ({ accountId, dashboard }: Whole, memberId: string) => ({ accountId, dashboard, memberId });

function endWords(all: number, waiting: number, fitting: number): string {
  if (all === 0) return t('links_nobody');
  if (waiting === 0) return t('links_all_done');
  return fitting === 0 ? t('links_filter_nobody') : t('links_end');
}

function failure(problem: Problem): string {
  const { code, extra } = problem;
  if (code === 'answer_lost' || code === 'interrupted') return t('links_failed_lost');
  if (code === 'link_taken' && typeof extra['member_id'] === 'string') return t('links_taken', { id: extra['member_id'] });
  return wordsOf(problem);
}

function kindName(kind: Kind): string {
  return {
    both: t('links_filter_both'),
    name: t('links_filter_name'),
    time: t('links_filter_time'),
    several: t('links_filter_several'),
  }[kind];
}

function Tally({ label, count }: { label: string; count: number }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd class="number">{t('links_people', { n: count })}</dd>
    </div>
  );
}

function Filter(props: { label: string; count: number; pressed: boolean; onPress: () => void }) {
  return (
    <button type="button" class="chip" aria-pressed={props.pressed} onClick={props.onPress}>
      {props.label} <span class="number">{props.count}</span>
    </button>
  );
}

function Skipped({ lines, count }: { lines: readonly SkippedLine[]; count: number }) {
  const inOrder = [...lines].sort((one, other) => one.line - other.line);
  return (
    <details>
      <summary>{t('links_skipped', { n: count })}</summary>
      <ul class="skipped soft number">
        {inOrder.map(({ line, code }) => (
          <li key={`${line}/${code}`}>{t('links_skipped_line', { line, why: skippedWhy(code) })}</li>
        ))}
        {count > lines.length && <li>{t('links_skipped_more', { n: count - lines.length })}</li>}
      </ul>
    </details>
  );
}

function skippedWhy(code: string): string {
  switch (code) {
    case 'no_id':
      return t('links_skipped_no_id');
    case 'bad_time':
      return t('links_skipped_bad_time');
    case 'doubled_id':
      return t('links_skipped_doubled_id');
    default:
      return code;
  }
}
