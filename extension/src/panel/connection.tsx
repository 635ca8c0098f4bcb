/** The first section of the options: whether and as whom this browser is connected. */
import { useEffect, useState } from 'preact/hooks';
import type { Role } from '../helper/types';
import { t } from '../platform';
import { Warning } from '../ui/icons';
import { PairingForm, PairingGuide } from './pairing';
import { ConnectionDot, NoHelper, SureButton } from './parts';
import { useKnownPanel } from './use-panel';

export function Connection() {
  const { state, call } = useKnownPanel();
  const [again, setAgain] = useState(false);
  const { teammate, connection } = state;
  useEffect(() => setAgain(false), [connection, state.address]);
  if (connection === 'unpaired') {
    return (
      <section class="card" aria-labelledby="connection">
        <h2 id="connection">{t('options_pair_lead')}</h2>
        {state.reason === 'unknown_token' && (
          <p class="notice amber" role="status">
            <Warning />
            {t('common_reason_unknown_token')}
          </p>
        )}
        <PairingGuide />
      </section>
    );
  }
  return (
    <section class="card" aria-labelledby="connection">
      <header>
        <h2 id="connection">{t('options_connection')}</h2>
        <ConnectionDot state={state} />
      </header>
      {connection === 'offline' && <NoHelper state={state} />}
      <dl class="facts">
        <div>
          <dt>{t('options_address')}</dt>
          <dd class="number">{state.address}</dd>
        </div>
        {teammate && connection === 'ready' && (
          <div>
            <dt>{t('options_version', { version: state.helperVersion ?? '' })}</dt>
            <dd>{t('options_as', { name: teammate.name, role: roleName(teammate.role) })}</dd>
          </div>
        )}
      </dl>
      {again && <PairingForm />}
      <footer>
        <button type="button" class="quiet" aria-expanded={again} onClick={() => setAgain(!again)}>
          {again ? t('common_cancel') : t('options_reconnect')}
        </button>
        <SureButton
          label={t('options_disconnect')}
          question={t('options_disconnect_sure')}
          yes={t('options_disconnect_yes')}
          onSure={() => void call('forgetPairing', {})}
        />
      </footer>
    </section>
  );
}

function roleName(role: Role): string {
  return { viewer: t('options_role_viewer'), operator: t('options_role_operator'), admin: t('options_role_admin') }[
    role
  ];
}
