/** One decision: the dashboard's person on the left, who she may be at LINE on the right. */
import type { Ref } from 'preact';
import type { Suggestion } from '../helper/types';
import type { ReviewItem } from '../messages';
import { t } from '../platform';
import { Check, Warning } from '../ui/icons';
import { Face } from './face';
import { gap, type Progress } from './review';
import { minute } from './quota';

interface Props {
  item: ReviewItem;
  /** What the dashboard is called. */
  side: string;
  progress: Progress | undefined;
  /** Links can be stored now. */
  usable: boolean;
  entry: Ref<HTMLLIElement>;
  onLink: (event: MouseEvent, friend: Suggestion) => void;
  onNot: () => void;
  onUndo: () => void;
}

export const nameOfItem = ({ member }: ReviewItem): string => member.name ?? t('links_nameless');
const nameOfFriend = (friend: Suggestion): string => friend.display_name ?? t('dock_nameless');

export function ReviewEntry(props: Props) {
  const { item, side, progress, usable, entry, onLink, onNot } = props;
  const name = nameOfItem(item);
  if (progress?.kind === 'linked') return <Linked {...props} progress={progress} />;
  const { member, friend } = item;
  const candidates = friend ? [friend] : item.candidates;
  const blocked = !usable || progress?.kind === 'busy';
  return (
    <li ref={entry} class="pair" tabIndex={-1} aria-label={t('links_entry', { name, id: member.member_id })}>
      <div class="person">
        <Face address={item.picture} name={member.name} />
        <div>
          <p class="side">{side}</p>
          <p class="name">{name}</p>
          {item.letters_lost && <p class="hint">{t('links_letters_lost')}</p>}
          <p class="soft number">{t('links_member_id', { id: member.member_id })}</p>
          <Added at={member.followed_at} />
        </div>
      </div>
      <ul class="candidates" aria-label={t('links_candidates', { n: candidates.length })}>
        {candidates.map((candidate) => (
          <Candidate key={candidate.user_id} {...{ item, candidate, blocked }} proposed={friend !== null} alone={candidates.length === 1} {...{ onLink, onNot }} />
        ))}
      </ul>
      {candidates.length > 1 && (
        <div class="none">
          <NotButton words={t('links_none_of_them')} {...{ name, onNot }} />
        </div>
      )}
      {progress?.kind === 'failed' && (
        <p class="field-error" role="alert">
          {progress.words}
        </p>
      )}
    </li>
  );
}

interface CandidateProps {
  item: ReviewItem;
  candidate: Suggestion;
  blocked: boolean;
  /** Proposed: what a person would expect. */
  proposed: boolean;
  /** There is nobody else to choose. */
  alone: boolean;
  onLink: Props['onLink'];
  onNot: Props['onNot'];
}

function Candidate({ item, candidate, blocked, proposed, alone, onLink, onNot }: CandidateProps) {
  const name = nameOfFriend(candidate);
  const label = proposed
    ? t('links_link_of', { name })
    : t('links_pick_of', { name, time: candidate.followed_at ? minute(candidate.followed_at) : t('links_time_missing') });
  return (
    <li class="person">
      <Face address={candidate.picture_url} name={candidate.display_name} />
      <div>
        <p class="side">{t('links_side_line')}</p>
        <p class="name">
          {name}
          <span class="tag plain">{stageName(candidate.stage)}</span>
        </p>
        <Added at={candidate.followed_at} />
        <Comparison item={item} candidate={candidate} />
      </div>
      <div class="choice">
        <button
          type="button"
          class={proposed ? 'button primary' : 'button'}
          data-first={proposed ? '' : undefined}
          aria-label={label}
          aria-disabled={blocked}
          onClick={(event) => !blocked && onLink(event, candidate)}
        >
          {proposed ? t('links_link') : t('links_pick')}
        </button>
        {alone && <NotButton words={t('links_not')} name={nameOfItem(item)} onNot={onNot} />}
      </div>
    </li>
  );
}

function NotButton({ words, name, onNot }: { words: string; name: string; onNot: () => void }) {
  return (
    <button type="button" class="quiet" aria-label={`${words}${t('links_colon')}${name}`} onClick={onNot}>
      {words}
    </button>
  );
}

function Added({ at }: { at: string | null }) {
  return <p class="soft number">{at ? t('links_added', { time: minute(at) }) : t('links_time_missing')}</p>;
}

/** What speaks for it and what against it, in words and not by colour alone. */
function Comparison({ item, candidate }: { item: ReviewItem; candidate: Suggestion }) {
  const apart = gap(item.member.followed_at, candidate.followed_at);
  return (
    <p class="signs">
      {apart?.unit === 'equal' ? (
        <span class="sign good">
          <Check />
          {t('links_time_equal')}
        </span>
      ) : apart ? (
        <span class="sign doubt">
          <Warning />
          {apartWords(apart.unit, apart.count)}
        </span>
      ) : (
        <span class="sign">{t('links_time_unknown')}</span>
      )}
      {item.evidence === 'time' && (
        <span class="sign doubt">
          <Warning />
          {t('links_name_other')}
        </span>
      )}
    </p>
  );
}

function apartWords(unit: 'minutes' | 'hours' | 'days', n: number): string {
  return { minutes: t('links_time_minutes', { n }), hours: t('links_time_hours', { n }), days: t('links_time_days', { n }) }[unit];
}

function stageName(stage: Suggestion['stage']): string {
  return {
    new: t('links_stage_new'),
    contacted: t('dock_tab_contacted'),
    talking: t('dock_tab_talking'),
    blocked: t('row_blocked'),
  }[stage];
}

function Linked({ item, progress, usable, entry, onUndo }: Props & { progress: Progress & { kind: 'linked' } }) {
  const name = nameOfItem(item);
  return (
    <li ref={entry} class="pair linked" tabIndex={-1} aria-label={t('links_entry', { name, id: item.member.member_id })}>
      <Check />
      <span>
        <strong>{t('links_linked')}</strong> <span class="soft">{t('links_linked_pair', { name, friend: progress.name })}</span>
      </span>
      <button
        type="button"
        class="quiet"
        aria-label={t('links_undo_of', { name })}
        aria-disabled={!usable}
        onClick={() => usable && onUndo()}
      >
        {t('links_undo')}
      </button>
      {progress.failed && (
        <p class="field-error" role="alert">
          {progress.failed}
        </p>
      )}
    </li>
  );
}
