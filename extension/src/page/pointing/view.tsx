/** The card that asks, and the frames around what is meant. */
import { useEffect, useRef } from 'preact/hooks';
import { language, t } from '../../platform';
import type { Course, Objection } from './course';

/** In window coordinates, CSS pixels. */
export interface Frame {
  left: number;
  top: number;
  width: number;
  height: number;
}

interface Props {
  course: Course;
  /** The rule could not be kept. */
  failed: boolean;
  aimed: Frame | null;
  found: Frame[];
  onBegin(): void;
  onSkip(): void;
  onStop(): void;
  onSave(): void;
  onAim(x: number, y: number): void;
  onPick(x: number, y: number): void;
  onKey(event: KeyboardEvent): void;
}

/** Only what a person does counts. */
const trusted =
  (action: () => void) =>
  (event: Event): void => {
    if (event.isTrusted) action();
  };

export function PointingView(props: Props) {
  const { course } = props;
  if (course.step === 'ready') {
    return (
      <section class="card" aria-label={t('point_title')}>
        <p class="ask">{t('point_ready')}</p>
        <p class="soft">{t('point_ready_text')}</p>
        <div class="choices">
          <button type="button" class="button primary" onClick={trusted(props.onBegin)}>
            {t('point_begin')}
          </button>
          <StopButton onStop={props.onStop} />
        </div>
      </section>
    );
  }
  return (
    <div class="over">
      <Layer {...props} />
      {props.found.map((frame, at) => (
        <FrameBox key={at} frame={frame} name="frame" />
      ))}
      {props.aimed && <FrameBox frame={props.aimed} name="frame aimed" />}
      <section class="card" aria-label={t('point_title')}>
        {course.step === 'check' ? <Check {...props} /> : <Asking {...props} />}
      </section>
    </div>
  );
}

function Layer({ course, onAim, onPick, onKey }: Props) {
  const layer = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (course.step !== 'check') layer.current?.focus({ preventScroll: true });
  }, [course.step]);
  return (
    <div
      ref={layer}
      class="layer"
      tabIndex={0}
      role="application"
      aria-label={t('point_layer')}
      onPointerMove={(event) => {
        if (event.isTrusted) onAim(event.clientX, event.clientY);
      }}
      onClick={(event) => {
        if (event.isTrusted) onPick(event.clientX, event.clientY);
      }}
      onKeyDown={(event) => {
        if (event.isTrusted) onKey(event);
      }}
    />
  );
}

function FrameBox({ frame: { left, top, width, height }, name }: { frame: Frame; name: string }) {
  return <div class={name} style={{ left: `${left - 3}px`, top: `${top - 3}px`, width: `${width + 6}px`, height: `${height + 6}px` }} />;
}

function Asking({ course, onSkip, onStop }: Props) {
  const asked = {
    name: t('point_name'),
    id: t('point_id'),
    followed: t('point_followed'),
    account: t('point_account'),
  }[course.step as 'name' | 'id' | 'followed' | 'account'];
  const more = {
    name: t('point_name_text'),
    id: t('point_id_text'),
    followed: t('point_followed_text'),
    account: t('point_account_text'),
  }[course.step as 'name' | 'id' | 'followed' | 'account'];
  return (
    <>
      {course.found.length > 0 && <p class="count">{t('point_found', { n: course.found.length })}</p>}
      <p class="ask" role="status">
        {asked}
      </p>
      <p class="soft">{more}</p>
      {course.objection && (
        <p class="objection" role="alert">
          {objectionWords(course.objection)}
        </p>
      )}
      <div class="choices">
        {course.step !== 'name' && (
          <button type="button" class="button" onClick={trusted(onSkip)}>
            {t('point_skip')}
          </button>
        )}
        <StopButton onStop={onStop} />
      </div>
    </>
  );
}

function Check({ course, failed, onBegin, onSave, onStop }: Props) {
  const people = course.found;
  const [first] = people;
  return (
    <>
      <p class="count" role="status">
        {t('point_found', { n: people.length })}
      </p>
      {first ? (
        <dl>
          <dt>{t('point_word_name')}</dt>
          <dd>{people.slice(0, 3).map(({ name }) => name).join('、')}</dd>
          <dt>{t('point_word_id')}</dt>
          <dd>{people.slice(0, 3).map(({ memberId }) => memberId).join('、')}</dd>
          <dt>{t('point_word_followed')}</dt>
          <dd>{first.followedAt === null ? t('point_none') : new Date(first.followedAt).toLocaleString(language(), { dateStyle: 'medium', timeStyle: 'short' })}</dd>
          <dt>{t('point_word_account')}</dt>
          <dd>{course.account ?? t('point_none')}</dd>
        </dl>
      ) : (
        <p class="warning">{t('point_nobody')}</p>
      )}
      {course.account === null && <p class="warning">{t('point_one_account')}</p>}
      {failed && (
        <p class="objection" role="alert">
          {t('point_failed')}
        </p>
      )}
      <div class="choices">
        <button type="button" class="button primary" ref={focusOnce} onClick={trusted(onSave)}>
          {t('common_save')}
        </button>
        <button type="button" class="button" onClick={trusted(onBegin)}>
          {t('point_again')}
        </button>
        <StopButton onStop={onStop} />
      </div>
    </>
  );
}

const focusOnce = (button: HTMLElement | null): void => button?.focus({ preventScroll: true });

function StopButton({ onStop }: { onStop: () => void }) {
  return (
    <button type="button" class="button quiet" onClick={trusted(onStop)}>
      {t('point_stop')}
    </button>
  );
}

function objectionWords(objection: Objection): string {
  return {
    empty: t('point_no_empty'),
    too_long: t('point_no_too_long'),
    no_number: t('point_no_number'),
    no_time: t('point_no_time'),
    outside_row: t('point_no_row'),
    not_describable: t('point_no_way'),
  }[objection];
}
