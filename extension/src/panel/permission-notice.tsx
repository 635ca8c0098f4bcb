/** What options and popup say when the browser keeps us from the helper or the dashboards. */
import { HOST_PERMISSIONS } from '../hosts';
import { browser, t } from '../platform';
import { Warning } from '../ui/icons';
import { useGranted } from './permission';

/** Both browsers let a person take host permissions away; without them nothing works, and nothing says why. */
export function PermissionNotice() {
  if (useGranted(HOST_PERMISSIONS) !== false) return null;
  const ask = (): void => void browser.permissions.request({ origins: [...HOST_PERMISSIONS] });
  return (
    <div class="notice amber" role="alert">
      <Warning />
      <div>
        <p>{t('options_permission')}</p>
        <button type="button" class="button" onClick={ask}>
          {t('options_permission_grant')}
        </button>
      </div>
    </div>
  );
}
