/** Small parts that options and popup share. */
import { useEffect, useState } from 'preact/hooks';
import type { PanelState } from '../messages';
import { t } from '../platform';
import { Check, Warning } from '../ui/icons';

export const START_COMMAND = 'python3 scripts/start.py';
export const PAIR_COMMAND = 'python3 scripts/start.py pair';
export const ACCOUNT_COMMAND = 'python3 scripts/start.py account add';

/** A command to type, with a button that copies it. */
export function CommandLine({ command }: { command: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(command);
    setCopied(true);
  };
  return (
    <div class="command">
      <code>{command}</code>
      <button type="button" class="quiet" onClick={() => void copy()}>
        {copied ? <Check /> : null}
        {copied ? t('common_copied') : t('common_copy')}
      </button>
    </div>
  );
}

/** The band that every screen of the practice mode wears. */
export function PracticeBand({ state }: { state: PanelState }) {
  if (!state.accounts.some(({ account }) => account.sandbox)) return null;
  return <p class="practice">{t('common_practice')}</p>;
}

/** `told`: screen readers are told of changes; once on a page is enough. */
export function ConnectionDot({ state, told = false }: { state: PanelState; told?: boolean }) {
  const words = {
    ready: t('common_state_ready'),
    offline: t('common_state_offline'),
    unpaired: t('common_state_unpaired'),
  };
  return (
    <span class={`connection ${state.connection}`} role={told ? 'status' : undefined}>
      <span class="dot" aria-hidden="true" />
      {words[state.connection]}
    </span>
  );
}

/** What to do while the helper does not answer. */
export function NoHelper({ state }: { state: PanelState }) {
  const stranger = state.reason === 'stranger' || state.reason === 'impostor';
  return (
    <div class="notice amber" role="status">
      <Warning />
      <div>
        <p class="strong">{stranger ? t('common_state_offline') : t('common_no_helper')}</p>
        {state.reason === 'stranger' && <p>{t('common_reason_stranger')}</p>}
        {state.reason === 'impostor' && <p>{t('common_reason_impostor')}</p>}
        {!stranger && (
          <>
            <p>{t('common_start_how')}</p>
            <CommandLine command={START_COMMAND} />
          </>
        )}
      </div>
    </div>
  );
}

/** A button that asks once more before it does what cannot be undone. `name`: what screen readers say for the label. */
export function SureButton(props: { label: string; name?: string; question: string; yes: string; onSure: () => void }) {
  const [asking, setAsking] = useState(false);
  useEffect(() => {
    if (!asking) return undefined;
    const cancel = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') setAsking(false);
    };
    addEventListener('keydown', cancel);
    return () => removeEventListener('keydown', cancel);
  }, [asking]);
  if (!asking) {
    return (
      <button type="button" class="quiet" aria-label={props.name} onClick={() => setAsking(true)}>
        {props.label}
      </button>
    );
  }
  return (
    <span class="sure" role="group" aria-label={props.question}>
      <span>{props.question}</span>
      <button type="button" class="button danger" ref={(element) => element?.focus()} onClick={props.onSure}>
        {props.yes}
      </button>
      <button type="button" class="quiet" onClick={() => setAsking(false)}>
        {t('common_cancel')}
      </button>
    </span>
  );
}
