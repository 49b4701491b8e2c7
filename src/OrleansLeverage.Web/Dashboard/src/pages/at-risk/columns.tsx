import { RatioBar, type Column } from '../../charts';
import { href } from '../../app/router';
import type { AccountRow, AsOf } from '../../data/types';
import { definitions } from '../../figures/definitions';
import { Figure } from '../../figures/figure';
import { count, duration, percent, ratio, times, usd } from '../../format/numbers';
import { StateBadge } from '../../states/badge';

const told = (of: string) => [definitions[of].formula, definitions[of].text].filter(Boolean).join('. ');

/** A row of the list; of a server that lists nobody, what its figures name. */
export type ListedRow = Omit<AccountRow, 'positions' | 'seq'> & Partial<Pick<AccountRow, 'positions' | 'seq'>>;

const OPENS = { row: 'The row opens the account.' };

/** One account a row; a margin ratio of 1.00 is liquidation. */
export function columns(asOf?: AsOf | null): Column<ListedRow>[] {
  return [
    {
      key: 'account',
      header: 'Account',
      align: 'left',
      text: (row) => row.account,
      draw: (row) => (
        <a class="row" href={href('account', [row.account])}>
          {row.account}
        </a>
      ),
    },
    {
      key: 'tier',
      header: 'Status',
      align: 'left',
      text: (row) => row.tier,
      draw: (row) => <StateBadge state={row.tier} quiet />,
    },
    {
      key: 'marginRatio',
      header: 'Margin ratio',
      isWide: true,
      title: told('marginRatio'),
      text: (row) => ratio(row.marginRatio),
      draw: (row) => <RatioBar value={row.marginRatio} label={`${row.account}, margin ratio`} />,
    },
    {
      key: 'distance',
      header: 'To liquidation',
      title: told('distance'),
      text: (row) => percent(row.distanceToLiquidation),
      draw: (row) => (
        <Figure of="distance" value={row.distanceToLiquidation} show={percent} asOf={asOf} behind={OPENS}
          reason="no price of one market alone liquidates it" />
      ),
    },
    {
      key: 'leverage',
      header: 'Leverage',
      title: told('leverage'),
      text: (row) => times(row.leverage),
      draw: (row) => (
        <Figure of="leverage" value={row.leverage} show={times} asOf={asOf} reason={row.leverageReason}
          behind={OPENS} />
      ),
    },
    {
      key: 'notional',
      header: 'Notional',
      title: told('notional'),
      text: (row) => usd(row.notional),
      draw: (row) => <Figure of="notional" value={row.notional} show={usd} asOf={asOf} behind={OPENS} />,
    },
    {
      key: 'equity',
      header: 'Equity',
      title: told('equity'),
      text: (row) => usd(row.equity),
      draw: (row) => <Figure of="equity" value={row.equity} show={usd} asOf={asOf} behind={OPENS} />,
    },
    {
      key: 'side',
      header: 'Side',
      align: 'left',
      text: (row) => row.side ?? '--',
      draw: (row) => <Side side={row.side} />,
    },
    {
      key: 'worst', header: 'Worst position', align: 'left', isWide: true, text: (row) => row.worstSymbol ?? '--',
      title: 'The position whose liquidation price is nearest; without any, the largest',
    },
    { key: 'positions', header: 'Positions', text: (row) => count(row.positions) },
    {
      key: 'age',
      header: 'Price age',
      title: 'Age of the oldest price that the account depends on',
      text: (row) => duration(row.ageMs),
    },
  ];
}

/** Up for long, down for short: the arrow says it without the colour. */
export function Side({ side }: { side: string | null }) {
  if (side === 'long') return <span class="long">▲ long</span>;
  if (side === 'short') return <span class="short">▼ short</span>;
  return <span class="muted">{side ?? '--'}</span>;
}
