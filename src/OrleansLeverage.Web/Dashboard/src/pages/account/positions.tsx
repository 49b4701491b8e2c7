import { href } from '../../app/router';
import type { AccountJson, PositionJson } from '../../data/types';
import { feed, feedOf } from '../../figures/behind';
import { Drill, Figure } from '../../figures/figure';
import { known, percent, price, ratio, times, UNKNOWN, usd, usdSigned } from '../../format/numbers';
import { Side } from '../at-risk/columns';

/** One position a row, with where it is liquidated against where the mark is. */
export function Positions({ account }: { account: AccountJson }) {
  const { asOf } = account;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Positions, table">
      <table class="positions" data-rows="leaf" data-why="Positions are the rows of an account.">
        <thead>
          <tr>
            <th scope="col">Symbol</th>
            <th scope="col" class="left">
              Side
            </th>
            <th scope="col">Contracts</th>
            <th scope="col">Mark, entry</th>
            <th scope="col">Notional</th>
            <th scope="col">Leverage</th>
            <th scope="col">Unrealised</th>
            <th scope="col">Maintenance</th>
            <th scope="col">Liquidation, bankruptcy</th>
            <th scope="col" class="left">
              Entry to liquidation
            </th>
            <th scope="col">Distance</th>
          </tr>
        </thead>
        <tbody>
          {account.positions.map((position) => (
            <tr key={position.symbol}>
              <th scope="row">
                <a class="row" href={href('liquidation-map', [], { market: feedOf(position.symbol) })}>
                  {position.symbol}
                </a>
              </th>
              <td class="left">
                <Side side={position.side} />
              </td>
              <td>{position.contracts}</td>
              <td class="two"><Drill behind={feed(feedOf(position.symbol))} name={`Mark of ${position.symbol}`}
                text={price(position.markPrice)} /> <small>{price(position.entryPrice)}</small></td>
              <td>
                <Figure of="notional" value={position.notional} show={usd} asOf={asOf} behind={OWN} />
              </td>
              <td>
                <Figure
                  of="leverage"
                  value={position.leverage}
                  show={times}
                  asOf={asOf}
                  reason={account.leverageReason}
                  behind={OWN}
                />
              </td>
              <td class={(known(position.unrealizedPnl) ?? 0) < 0 ? 'crit' : undefined}>
                {usdSigned(position.unrealizedPnl)}
              </td>
              <td>
                <Figure of="maintenanceMargin" value={position.maintenanceMargin} show={usd} asOf={asOf} behind={OWN} />
              </td>
              <td class="two">
                <Solved value={position.liquidationPrice} reason={position.liquidationReason} asOf={asOf} />{' '}
                <small>
                  <Solved value={position.bankruptcyPrice} reason={position.bankruptcyReason} asOf={asOf} />
                </small>
              </td>
              <td class="left">
                <Between position={position} />
              </td>
              <td
                title={
                  position.distanceSigmas === null
                    ? undefined
                    : `${ratio(position.distanceSigmas, 1)} daily standard deviations`
                }
              >
                <Figure
                  of="distance"
                  value={position.distanceToLiquidation}
                  show={percent}
                  asOf={asOf}
                  reason={position.liquidationReason}
                  behind={OWN}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Solved({ value, reason, asOf }: { value: string | null; reason: string | null; asOf: AccountJson['asOf'] }) {
  return value === null ? (
    <span class="muted" title={reason?.replaceAll('_', ' ')}>
      {reason?.replaceAll('_', ' ') ?? UNKNOWN}
    </span>
  ) : (
    <Figure of="solvedPrice" value={value} show={price} asOf={asOf} behind={OWN} />
  );
}

const OWN = { leaf: 'Of this position itself.' };

const WIDTH = 84;

/** How far the mark is on its way from the liquidation price: the line is the mark, the end is liquidation. */
function Between({ position }: { position: PositionJson }) {
  const [mark, liquidation, entry] = [position.markPrice, position.liquidationPrice, position.entryPrice].map(known);
  if (mark === null || liquidation === null || entry === null) return <span class="muted">{UNKNOWN}</span>;
  const far = Math.max(Math.abs(mark - liquidation), Math.abs(entry - liquidation)) * 1.15 || 1;
  const x = (at: number) => Math.min(1, Math.abs(at - liquidation) / far) * (WIDTH - 8) + 4;
  const label = `mark ${price(mark)}, entry ${price(entry)}, liquidation ${price(liquidation)}`;
  return (
    <svg width={WIDTH} height="16" role="img" aria-label={label} class="between">
      <title>{label}</title>
      <rect x="4" y="6" width={WIDTH - 8} height="4" class="chart-track" />
      <rect x="4" y="6" width={x(mark) - 4} height="4" class={`chart-fill-${position.side}`} />
      <line x1="4" x2="4" y1="1" y2="15" class="liquidation" />
      <line x1={x(entry)} x2={x(entry)} y1="4" y2="12" class="entry" />
      <circle cx={x(mark)} cy="8" r="4" class={`chart-fill-${position.side}`} />
    </svg>
  );
}
