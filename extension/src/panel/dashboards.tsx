/** Where the panel appears, and which account each dashboard's account was confirmed to be. */
import { useState } from 'preact/hooks';
import type { Account } from '../helper/types';
import { hostOfOwn } from '../hosts';
import { DASHBOARDS, type BuiltIn, type Problem } from '../messages';
import { t } from '../platform';
import { mayEdit } from './account-choice';
import { SureButton } from './parts';
import { minute } from './quota';
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
                <th scope="col">{t('options_binding_since')}</th>
                <th>
                  <span class="hidden">{t('options_remove')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {state.bindings.map(({ dashboard, page_account: pageAccount, account_id: accountId, at }) => (
                <tr key={`${dashboard}/${pageAccount}`}>
                  <td>{dashboardName(dashboard)}</td>
                  <td>{readable(pageAccount) ? pageAccount : <span class="soft">{t('options_binding_nameless')}</span>}</td>
                  <td>
                    <BoundAccount account={state.accounts.find(({ account }) => account.id === accountId)?.account ?? null} id={accountId} />
                  </td>
                  <td class="number">{minute(at)}</td>
                  <td>
                    {mayEdit(state) && (
                      <SureButton
                        label={t('options_remove')}
                        name={t('options_binding_remove', { name: readable(pageAccount) ? pageAccount : dashboardName(dashboard) })}
                        question={t('options_binding_sure')}
                        yes={t('options_binding_yes')}
                        onSure={() => void remove(dashboard, pageAccount)}
                      />
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

function BoundAccount({ account, id }: { account: Account | null; id: string }) {
  if (!account) return <>{id}</>;
  return (
    <span class="bound-account">
      <span class="account-dot" style={{ background: account.colour }} aria-hidden="true" />
      {account.name}
    </span>
  );
}

/** LINE chat's own id of an account says nothing to a person. */
const readable = (pageAccount: string): boolean => !/^U[0-9a-f]{32}$/u.test(pageAccount);

const isBuiltIn = (slug: string): slug is BuiltIn => (DASHBOARDS as readonly string[]).includes(slug);

/** What a dashboard is called; a site of the operator's own by its host. */
export function dashboardName(slug: string): string {
  if (!isBuiltIn(slug)) return hostOfOwn(slug) ?? slug;
  return {
    oachat: t('options_dashboard_oachat'),
    manager: t('options_dashboard_manager'),
    lstep: t('options_dashboard_lstep'),
    lme: t('options_dashboard_lme'),
    'demo-chat': t('options_dashboard_demo_chat'),
    'demo-list': t('options_dashboard_demo_list'),
  }[slug];
}
