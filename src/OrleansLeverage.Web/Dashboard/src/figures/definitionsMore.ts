import type { Definition } from './definitions';

const SIMULATED = 'A simulation on the accounts of one frame; nobody trades, deposits or withdraws meanwhile.';

/** Definitions of pages 6 to 10 and 12 to 14. */
export const moreDefinitions: Record<string, Definition> = {
  simulatedLeverage: { name: 'Leverage in the simulation', formula: 'Σ gross / Σ equity, over accounts with equity',
    text: SIMULATED, unit: 'x' },
  simulatedAccounts: { name: 'Accounts liquidated', text: `Below their line at least once. ${SIMULATED}`,
    unit: 'accounts' },
  simulatedNotional: { name: 'Notional liquidated', formula: 'Σ longs sold + Σ shorts bought', text: SIMULATED,
    unit: 'USD' },
  deepestFall: { name: 'Deepest fall', formula: '1 − min price / first price',
    text: 'Of any feed\'s own price, below its undisturbed start.' },
  simulatedDeficit: { name: 'Deficit', formula: 'Σ −equity over accounts that closed below zero', text: SIMULATED,
    unit: 'USD' },
  badDebt: { name: 'Bad debt', formula: 'deficit − paid by the fund − taken from winners',
    text: 'What nobody paid.', unit: 'USD' },
  rounds: { name: 'Rounds', text: 'Within a tick accounts are liquidated until nobody else is below the line; each '
    + 'pass is a round.' },
  insuranceFund: { name: 'Insurance fund', text: 'What is left to pay deficits of insolvent accounts.', unit: 'USD' },
  shortfall: { name: 'Shortfall', formula: 'Σ −equity of insolvent accounts, by their share in this market',
    text: 'At the mark, before anything is taken from anybody.', unit: 'USD' },
  insolvent: { name: 'Insolvent accounts', text: 'Accounts that owe more than they have and hold this market.',
    unit: 'accounts' },
  toTrigger: { name: 'Distance to the trigger', formula: 'fund − shortfall',
    text: 'By how much the shortfall may grow before deleveraging is due.', unit: 'USD' },
  toStop: { name: 'Distance to the stop', formula: 'shortfall − fund',
    text: 'How much shortfall must go before deleveraging ends.', unit: 'USD' },
  delta: { name: 'Delta', formula: '∂V/∂S · S',
    text: 'Gain if the underlying doubles, at the slope of now: the linear exposure.', unit: 'USD' },
  gamma: { name: 'Gamma', formula: '∂²V/∂S² · S² / 100', text: 'Change of delta for a move of 1 %.', unit: 'USD' },
  vega: { name: 'Vega', formula: '∂V/∂σ / 100', text: 'Gain per point of volatility.', unit: 'USD' },
  theta: { name: 'Theta', formula: '∂V/∂t / 365', text: 'Gain per day that passes, ACT/365.', unit: 'USD' },
  openContracts: { name: 'Open contracts', text: 'Held long, whoever holds them.', unit: 'contracts' },
  vanna: { name: 'Vanna', formula: '∂²V/∂S∂σ', text: 'Change of vega with the underlying.', unit: 'USD' },
  volga: { name: 'Volga', formula: '∂²V/∂σ²', text: 'Change of vega with volatility.', unit: 'USD' },
  impliedIndex: { name: 'Implied volatility index',
    formula: '100·√( (T1·σ1²·(N2 − N)/(N2 − N1) + T2·σ2²·(N − N1)/(N2 − N1))·525600/N )',
    text: 'Thirty days, model free, from the strips of the two expiries around them. In percent a year.' },
  realised30: { name: 'Realised volatility, 30 days', text: 'Of the log returns of the last thirty days, in percent a '
    + 'year.' },
  realisedVolatility: { name: 'Realised volatility', formula: '√(Σ w·r²) · √365',
    text: 'Exponentially weighted, of log returns, in percent a year.' },
};
