import { moreDefinitions } from './definitionsMore';

/** What a figure is: word for word the definition that the system is built to. */
export interface Definition {
  name: string;
  formula?: string;
  text: string;
  unit?: string;
}

const PRELUDE =
  'For accounts a with equity E_a > 0, position notionals n_ai >= 0 with side s_ai, gross G_a = Σ_i n_ai.';

const own: Record<string, Definition> = {
  marketLeverage: { name: 'Market leverage', formula: 'Σ G_a / Σ E_a', text: PRELUDE, unit: 'x' },
  assetLeverage: { name: 'Leverage by asset', formula: 'Σ_a n_ai / Σ_a E_a·n_ai/G_a', text: PRELUDE, unit: 'x' },
  borrowed: { name: 'Borrowed', formula: 'Σ max(0, G_a − E_a)', text: PRELUDE, unit: 'USD' },
  estimatedLeverageRatio: { name: 'Estimated leverage ratio', formula: 'open interest / collateral',
    text: 'One-sided open interest against all collateral: how others estimate leverage without seeing accounts.' },
  longLeverage: { name: 'Long leverage L+', formula: 'Σ_long n_ai / Σ_long E_a·n_ai/G_a', text: PRELUDE, unit: 'x' },
  shortLeverage: { name: 'Short leverage L−', formula: 'Σ_short n_ai / Σ_short E_a·n_ai/G_a', text: PRELUDE,
    unit: 'x' },
  leverageSkew: { name: 'Leverage skew', formula: '(L+ − L−)/(L+ + L−)',
    text: 'In [−1, 1]: above 0 the longs are the more levered side.' },
  notionalSkew: { name: 'Notional skew', formula: '(long − short)/(long + short)',
    text: 'Of notional, beside the leverage skew. In [−1, 1].', unit: 'USD of USD' },
  accountSkew: { name: 'Account-count skew', formula: '(long accounts − short accounts)/(both)',
    text: 'Of accounts by the sign of their net notional. In [−1, 1].' },
  leverageSkewExMakers: { name: 'Leverage skew without market makers', formula: '(L+ − L−)/(L+ + L−)',
    text: 'The same over accounts that are no market makers: makers carry the other side of the crowd.' },
  atRiskSkew: { name: 'At-risk skew', text: 'Notional that liquidates within −x% against +x%.' },
  accountsAtRisk: { name: 'Accounts at risk', text: 'Accounts called for margin, in liquidation or without equity: a '
    + 'margin ratio at or above the call line. Margin ratio = maintenance margin / margin balance; 1.00 = liquidation. '
    + 'Accounts that are only warned are on the list, not in this number.', unit: 'accounts' },
  notionalAtRisk: { name: 'Notional at risk', text: 'Gross notional of the accounts at risk.', unit: 'USD' },
  bankrupt: { name: 'Bankrupt accounts', text: 'Accounts with E_a <= 0: counted, deficit summed, never mixed into a '
    + 'ratio.', unit: 'accounts' },
  deficit: { name: 'Deficit', formula: 'Σ −E_a over E_a <= 0', text: 'What accounts without equity owe.',
    unit: 'USD' },
  equity: { name: 'Equity', formula: 'Σ E_a', text: 'Collateral after haircuts plus unrealised profit.', unit: 'USD' },
  notional: { name: 'Gross notional', formula: 'Σ G_a', text: 'Long plus short.', unit: 'USD' },
  longNotional: { name: 'Long notional', text: 'Σ n_ai over long positions.', unit: 'USD' },
  shortNotional: { name: 'Short notional', text: 'Σ n_ai over short positions.', unit: 'USD' },
  netNotional: { name: 'Net notional', text: 'Long minus short.', unit: 'USD' },
  top10: { name: 'Share of the ten largest', text: 'Concentration: notional of the ten largest accounts / notional of '
    + 'all.' },
  hhi: { name: 'Herfindahl index', formula: 'Σ (share of an account)²',
    text: '1 is one account, 1/n is n equal ones.' },
  gini: { name: 'Gini coefficient', text: 'Of notional over accounts: 0 is equal, 1 is one account.' },
  accounts: { name: 'Accounts', text: 'Accounts that are known, with and without positions.', unit: 'accounts' },
  exposed: { name: 'Accounts with exposure', text: 'Accounts that hold a position.', unit: 'accounts' },
  percentile: { name: '24 h percentile', text: 'Share of the last day\'s minutes with a value as low or lower; unknown '
    + 'until enough are kept.' },
  price: { name: 'Price', text: 'The oracle\'s, at the frame of the figures.', unit: 'USD' },
  sideAccounts: { name: 'Accounts of a side', text: 'Accounts that are net long, or net short, in it.',
    unit: 'accounts' },
  coverage: { name: 'Coverage', formula: 'accounts seen / accounts on the roster',
    text: 'What share of the accounts these figures are of.' },
  oracleAge: { name: 'Oldest price', text: 'Age of the oldest price behind the figures, at their frame.',
    unit: 'time' },
  marginRatio: { name: 'Margin ratio', formula: 'maintenance margin / margin balance', text: '1.00 = liquidation.' },
  distance: { name: 'Distance to liquidation', formula: 'liquidation price / mark − 1',
    text: 'Move of one market, all else held, that liquidates the account.', unit: '%' },
  solvedPrice: { name: 'Liquidation and bankruptcy price', text: 'Of the position\'s own feed, all else held: where '
    + 'equity meets the maintenance margin, and where it is gone.', unit: 'USD' },
  leverage: { name: 'Leverage', formula: 'gross notional / equity',
    text: 'Null with a reason for an account without positive equity.', unit: 'x' },
  marginBalance: { name: 'Margin balance', text: 'Collateral after haircuts plus unrealised profit: what margin is '
    + 'measured against.', unit: 'USD' },
  leverageFactor: { name: 'Leverage factor', formula: '∂E/∂S · S / E',
    text: 'Change of equity for a move of 1 % of one feed, all else held.', unit: '%' },
  commands: { name: 'Commands applied', text: 'Trades, deposits, settings and all else that changed the account.' },
  netLeverage: { name: 'Net leverage', formula: 'net notional / equity', text: 'Signed.', unit: 'x' },
  maintenanceMargin: { name: 'Maintenance margin', text: 'Liquidation begins when equity is strictly below it.',
    unit: 'USD' },
  initialMargin: { name: 'Initial margin', text: 'What opening these positions takes.', unit: 'USD' },
  freeCollateral: { name: 'Free collateral', text: 'What may be withdrawn or used for new positions.', unit: 'USD' },
  liquidationMap: { name: 'Liquidation map', text: 'Notional and accounts that liquidate per price bucket, per asset, '
    + '±50%.', unit: 'USD' },
  maxPain: { name: 'Max pain', text: 'The price bucket at which the most notional of one side liquidates.',
    unit: 'USD' },
  p50: { name: 'Median leverage', text: 'Half of the accounts are below.', unit: 'x' },
  p90: { name: '90th percentile of leverage', text: 'Nine of ten accounts are below.', unit: 'x' },
  p99: { name: '99th percentile of leverage', text: '99 of 100 accounts are below.', unit: 'x' },
  funding: { name: 'Funding rate', text: 'Share of notional that longs paid to shorts at the newest settlement; '
    + 'negative where shorts paid.', unit: 'basis points' },
  fundingIndex: { name: 'Funding index', text: 'What one long contract has paid in all since it was listed, in the '
    + 'asset in which it settles.', unit: 'a contract' },
  openInterest: { name: 'Open interest', text: 'One side, at the mark price.', unit: 'USD' },
};

export const definitions: Record<string, Definition> = { ...own, ...moreDefinitions };
