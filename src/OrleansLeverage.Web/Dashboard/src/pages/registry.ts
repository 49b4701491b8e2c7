import type { ComponentType } from 'preact';
import { Account } from './account/account';
import { Adl } from './adl/adl';
import { AtRisk } from './at-risk/atRisk';
import { Calibration } from './calibration/calibration';
import { Cascade } from './cascade/cascade';
import { Greeks } from './greeks/greeks';
import { Histogram } from './histogram/histogram';
import { LiquidationMap } from './liquidation-map/map';
import { Oracle } from './oracle/oracle';
import { Overview } from './overview/overview';
import { Skew } from './skew/skew';
import { Stress } from './stress/stress';
import { SystemPage } from './system/system';
import { VolIndex } from './vol-index/volIndex';

export interface PageProps {
  path: string[];
  query: URLSearchParams;
}

export interface Page {
  id: string;
  title: string;
  /** What the page answers. */
  question: string;
  /** Second key of the chord that begins with g. */
  key?: string;
  /** Reached from rows, not from the rail. */
  isHidden?: boolean;
  view: ComponentType<PageProps>;
}

// One line a page, in the order of the rail.
export const pages: Page[] = [
  { id: 'overview', key: 'o', title: 'Overview', question: 'Are we safe, and what changed?', view: Overview },
  { id: 'skew', key: 's', title: 'Long / short skew', question: 'Who is crowded?', view: Skew },
  { id: 'histogram', key: 'h', title: 'Leverage histogram', question: 'Where is the tail?', view: Histogram },
  { id: 'at-risk', key: 'r', title: 'At-risk accounts', question: 'Who goes first?', view: AtRisk },
  { id: 'liquidation-map', key: 'l', title: 'Liquidation map', question: 'At what price?', view: LiquidationMap },
  { id: 'cascade', key: 'c', title: 'Cascade simulator', question: 'What if the price falls x%?', view: Cascade },
  { id: 'oracle', key: 'b', title: 'Oracle heartbeat', question: 'Can any of it be believed?', view: Oracle },
  { id: 'greeks', key: 'v', title: 'Greeks and vega', question: 'What is not linear?', view: Greeks },
  { id: 'vol-index', key: 'i', title: 'Volatility index', question: 'Which regime is it?', view: VolIndex },
  { id: 'adl', key: 'a', title: 'ADL queue and log', question: 'Who, why, and how far away?', view: Adl },
  { id: 'account', title: 'Account', question: 'What explains this number?', isHidden: true, view: Account },
  { id: 'stress', key: 't', title: 'Stress lab', question: 'What would named scenarios do?', view: Stress },
  { id: 'calibration', key: 'k', title: 'Calibration', question: 'Is the model any good?', view: Calibration },
  { id: 'system', title: 'System', question: 'Is the service well?', view: SystemPage },
];
