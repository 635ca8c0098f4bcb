/** Where the panel appears, and which account each dashboard's account was confirmed to be. */
import { useState } from 'preact/hooks';
import { hostOfOwn } from '../hosts';
import { DASHBOARDS, type BuiltIn, type Problem } from '../messages';
import { t } from '../platform';
import { mayEdit } from './account-choice';
import { problemFrom, useKnownPanel, wordsOf } from './use-panel';

export function Dashboards() {
  const { state, call } = useKnownPanel();
  return (
    <section class="card" aria-labelledby="dashboards">
      <h2 id="dashboards">{t('options_dashboards')}</h2>
      <p class="lead">{t('options_dashboards_lead')}</p>
      <ul class="switches">
        {DASHBOARDS.map((dashboard) => (
          <li key={dashboard}>
            <label>
              <span>{dashboardName(dashboard)}</span>
              <input
                type="checkbox"
                role="switch"
                checked={!state.switchedOff.includes(dashboard)}
                onChange={(event) =>
                  void call('setSwitchedOff', { dashboard, off: !event.currentTarget.checked })
                }
              />
            </label>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Bindings() {
  const { state, call } = useKnownPanel();
  const [problem, setProblem] = useState<Problem | null>(null);
  const remove = async (dashboard: string, pageAccount: string): Promise<void> => {
    setProblem(null);
    try {
      await call('unbind', { dashboard, pageAccount });
    } catch (error) {
      setProblem(problemFrom(error));
    }
  };
  return (
    <section class="card" aria-labelledby="bindings">
      <h2 id="bindings">{t('options_bindings')}</h2>
      <p class="lead">{t('options_bindings_lead')}</p>
      {state.bindings.length === 0 ? (
        <p class="soft">{t('options_bindings_none')}</p>
      ) : (
        <div class="table">
          <table>
            <thead>
              <tr>
                <th scope="col">{t('options_dashboards')}</th>
                <th scope="col">{t('options_binding_page')}</th>
                <th scope="col">{t('options_for_account')}</th>
                <th>
                  <span class="hidden">{t('options_remove')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {state.bindings.map(({ dashboard, page_account: pageAccount, account_id: accountId }) => (
                <tr key={`${dashboard}/${pageAccount}`}>
                  <td>{isDashboard(dashboard) ? dashboardName(dashboard) : (hostOfOwn(dashboard) ?? dashboard)}</td>
                  <td>{pageAccount}</td>
                  <td>{state.accounts.find(({ account }) => account.id === accountId)?.account.name ?? accountId}</td>
                  <td>
                    {mayEdit(state) && (
                      <button
                        type="button"
                        class="quiet"
                        aria-label={t('options_binding_remove', { name: pageAccount })}
                        onClick={() => void remove(dashboard, pageAccount)}
                      >
                        {t('options_remove')}
                      </button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {problem && (
        <p class="field-error" role="alert">
          {wordsOf(problem)}
        </p>
      )}
    </section>
  );
}

const isDashboard = (name: string): name is BuiltIn => (DASHBOARDS as readonly string[]).includes(name);

function dashboardName(dashboard: BuiltIn): string {
  return {
    oachat: t('options_dashboard_oachat'),
    manager: t('options_dashboard_manager'),
    lstep: t('options_dashboard_lstep'),
    lme: t('options_dashboard_lme'),
    'demo-chat': t('options_dashboard_demo_chat'),
    'demo-list': t('options_dashboard_demo_list'),
  }[dashboard];
}
