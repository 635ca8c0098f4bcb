import { render } from 'preact';
import { t } from '../../platform';

render(<h1>{t('common_name')}</h1>, document.getElementById('root')!);
