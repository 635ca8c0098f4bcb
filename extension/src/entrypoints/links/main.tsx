import { render } from 'preact';
import { ReviewPage } from '../../panel/review-page';
import { startPage } from '../../panel/start-page';
import { t } from '../../platform';
import '../../panel/panel.css';
import '../../panel/options.css';
import '../../panel/review.css';

render(<ReviewPage />, startPage(t('links_title')));
