import { render } from 'preact';
import './styles/tokens.css';
import './styles/shell.css';
import './styles/panels.css';
import './styles/pages.css';
import './styles/charts.css';
import './styles/pagesMore.css';
import { Shell } from './app/shell';
import { startKeys } from './app/keys';
import { logInByAddress } from './app/login';
import { startRouter } from './app/router';
import { startTheme } from './app/theme';
import { isOffered, readSession } from './data/server';
import { startStream } from './data/stream';
import { startTrail } from './data/trail';

// A server with streams of many channels has a socket for them too.
const CHANNELS = isOffered('ws')
  ? ['system', 'markets', 'oracle', 'at-risk', 'events', 'adl', 'histogram'] : ['system'];

startTheme();
startRouter();
startKeys();
startTrail();
render(<Shell />, document.getElementById('app')!);
await logInByAddress();
void readSession();
void startStream(CHANNELS);
