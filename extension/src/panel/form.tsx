/** Fields with a label, a hint, and the helper's word on what is wrong, said at the field. */
import type { ComponentChildren, JSX } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import type { Persona } from '../helper/types';
import type { Problem } from '../messages';
import { t } from '../platform';
import { inLanguage } from '../ui/phrases';
import { problemFrom } from './use-panel';

export interface FieldErrors {
  /** By the helper's name of the field, such as `messages[0].text`. */
  [field: string]: string;
}

/** The helper says each fault as 「日本語 / English」; the half in the browser's language is shown. */
export function fieldErrors(problem: Problem): FieldErrors {
  const errors = problem.extra['errors'];
  if (!Array.isArray(errors)) return {};
  const found: FieldErrors = {};
  for (const error of errors as { field?: unknown; message?: unknown }[]) {
    if (typeof error.field !== 'string' || typeof error.message !== 'string') continue;
    found[error.field] ??= inLanguage(error.message);
  }
  return found;
}

export interface ControlProps {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': boolean;
}

interface FieldProps {
  label: string;
  hint?: ComponentChildren;
  error?: string | undefined;
  /** Said by screen readers only: where the surroundings show what the field is. */
  labelHidden?: boolean;
  children: (control: ControlProps) => JSX.Element;
}

export function Field({ label, hint, error, labelHidden = false, children }: FieldProps) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div class="field">
      <label for={id} class={labelHidden ? 'hidden' : undefined}>
        {label}
      </label>
      {children({ id, 'aria-describedby': described || undefined, 'aria-invalid': Boolean(error) })}
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}

/** Takes the person to what is wrong, once the errors are drawn. */
export function focusFirstInvalid(form: HTMLElement | null): void {
  requestAnimationFrame(() => form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
}

/** Saving a form: one try at a time; what is wrong is said at its field, and the person taken to the first of them. */
export function useSaving() {
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const save = async (work: () => Promise<unknown>): Promise<void> => {
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem(problemFrom(error));
      focusFirstInvalid(form.current);
    } finally {
      setBusy(false);
    }
  };
  return { form, busy, problem, errors: problem ? fieldErrors(problem) : ({} as FieldErrors), save };
}

interface PersonaFieldProps {
  personas: readonly Persona[];
  chosen: string | null;
  error: string | undefined;
  onChange: (id: string | null) => void;
}

/** Which sender a text comes from. */
export function PersonaField({ personas, chosen, error, onChange }: PersonaFieldProps) {
  return (
    <Field label={t('options_template_persona')} error={error}>
      {(control) => (
        <select {...control} value={chosen ?? ''} onChange={(event) => onChange(event.currentTarget.value || null)}>
          <option value="">{t('options_template_persona_none')}</option>
          {personas.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
