import { render } from 'preact';
import { PopupPage } from '../../panel/popup-page';
import { startPage } from '../../panel/start-page';
import '../../panel/panel.css';
import '../../panel/popup.css';

render(<PopupPage />, startPage());
