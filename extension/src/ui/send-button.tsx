/** The one button that spends: its name says what a click costs before the click. */
import { t } from '../platform';

interface Props {
  cost: 0 | 1;
  disabled?: boolean;
  /** Only as much as fits beside a row; the whole name stays for those who cannot see how small it is. */
  short?: boolean;
  describedBy?: string;
  onClick: (event: MouseEvent) => void;
}

export function SendButton({ cost, disabled = false, short = false, describedBy, onClick }: Props) {
  const name = t(cost === 0 ? 'dock_send_free' : 'dock_send_push');
  // 「最初の一通」 and what stands in the brackets after it, so that the cost can have its colour.
  const bracket = Math.max(name.indexOf('（'), name.indexOf('('));
  return (
    <button
      type="button"
      class={`button send ${cost === 0 ? 'primary' : 'paid'}`}
      disabled={disabled}
      aria-label={name}
      aria-describedby={describedBy}
      onClick={onClick}
    >
      {short ? (
        <span class="cost">{t(cost === 0 ? 'row_short_free' : 'row_short_push')}</span>
      ) : (
        <span>
          {bracket > 0 ? name.slice(0, bracket) : name}
          {bracket > 0 && <span class="cost">{name.slice(bracket)}</span>}
        </span>
      )}
    </button>
  );
}
