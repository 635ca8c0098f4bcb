/** Fields with a label, a hint, and the helper's word on what is wrong, said at the field. */
import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';
import type { Problem } from '../messages';
import { language } from '../platform';

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
    const [japanese, english] = error.message.split(' / ');
    found[error.field] ??= (language() === 'en' ? english : japanese) ?? error.message;
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

/** Takes the person to what is wrong. Call after the errors were drawn. */
export function focusFirstInvalid(form: HTMLElement | null): void {
  form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
}
