import { render } from 'preact';
import { OptionsPage } from '../../panel/options-page';
import { startPage } from '../../panel/start-page';
import '../../panel/panel.css';
import '../../panel/options.css';
import '../../panel/own-pages.css';

render(<OptionsPage />, startPage());
