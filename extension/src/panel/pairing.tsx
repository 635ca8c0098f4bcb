/** Connecting this browser to a helper. */
import { useRef, useState } from 'preact/hooks';
import { PAIR, START } from '../commands-to-type';
import type { Problem } from '../messages';
import { t } from '../platform';
import { Field, focusFirstInvalid } from './form';
import { Command } from './parts';
import { problemFrom, useKnownPanel, wordsOf } from './use-panel';

type Fault = { field: 'code' | 'address'; words: string };

export function PairingForm() {
  const { state, call } = useKnownPanel();
  const [address, setAddress] = useState(state.address);
  const [code, setCode] = useState('');
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const form = useRef<HTMLFormElement>(null);

  const refuse = (found: Fault): void => {
    setFault(found);
    focusFirstInvalid(form.current);
  };

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    if (code.trim() === '') {
      refuse({ field: 'code', words: t('options_fail_empty_code') });
      return;
    }
    setBusy(true);
    setFault(null);
    try {
      await call('pair', { address, code });
      setCode('');
    } catch (error) {
      refuse(faultOf(problemFrom(error), address));
    } finally {
      setBusy(false);
    }
  };

  return (
    <form ref={form} class="pairing" onSubmit={(event) => void submit(event)} noValidate>
      <Field
        label={t('options_code')}
        hint={t('options_code_hint')}
        error={fault?.field === 'code' ? fault.words : undefined}
      >
        {(control) => (
          <input
            {...control}
            class="code"
            type="text"
            autocomplete="off"
            autocapitalize="characters"
            spellcheck={false}
            value={code}
            onInput={(event) => setCode(event.currentTarget.value)}
          />
        )}
      </Field>
      <Field
        label={t('options_address')}
        hint={t('options_address_hint')}
        error={fault?.field === 'address' ? fault.words : undefined}
      >
        {(control) => (
          <input
            {...control}
            type="text"
            inputMode="url"
            autocomplete="off"
            spellcheck={false}
            value={address}
            onInput={(event) => setAddress(event.currentTarget.value)}
          />
        )}
      </Field>
      <button type="submit" class="button primary" aria-disabled={busy}>
        {busy ? t('options_connecting') : t('options_connect')}
      </button>
    </form>
  );
}

/** The three steps, for somebody who has just installed the extension. */
export function PairingGuide() {
  return (
    <ol class="steps">
      <li>
        <p>{t('options_pair_step_start')}</p>
        <Command typed={START} />
      </li>
      <li>
        <p>{t('options_pair_step_code')}</p>
        <Command typed={PAIR} />
      </li>
      <li>
        <p>{t('options_pair_step_enter')}</p>
        <PairingForm />
      </li>
    </ol>
  );
}

/** Which field it is about, and what to do next. */
function faultOf(problem: Problem, address: string): Fault {
  switch (problem.code) {
    case 'pairing_bad_address':
      return { field: 'address', words: t('options_fail_bad_address') };
    case 'pairing_silent':
      return { field: 'address', words: t('options_fail_silent', { address }) };
    case 'pairing_stranger':
      return { field: 'address', words: t('options_fail_stranger', { address }) };
    case 'pairing_impostor':
      return { field: 'address', words: t('options_fail_impostor', { address }) };
    case 'pairing_wrong_code':
      return { field: 'code', words: t('options_fail_wrong_code') };
    case 'pairing_too_many':
      return { field: 'code', words: t('options_fail_too_many') };
    default:
      return { field: 'code', words: t('options_fail_refused', { detail: wordsOf(problem) }) };
  }
}
