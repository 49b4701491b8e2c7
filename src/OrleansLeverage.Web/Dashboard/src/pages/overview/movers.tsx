import { href } from '../../app/router';
import type { Loaded } from '../../data/resource';
import { seen } from '../../data/trail';
import type { SystemView } from '../../data/types';
import { Figure } from '../../figures/figure';
import { times, usd, usdSigned } from '../../format/numbers';
import { utcTime } from '../../format/time';
import { Panel } from '../../states/panel';
import { both, movers } from './ranking';

export function Movers({ of, class: more }: { of: Loaded<SystemView>; class: string }) {
  const since = seen.value[0];
  return (
    <Panel title="Top movers" class={more} of={of} skeleton={5}
      question={since ? `By change of notional since ${utcTime(since.timeMs)} UTC` : undefined}>
      {(figures) => (
        <div class="scroll"><table>
          <thead><tr><th scope="col">Market</th><th scope="col">Change</th><th scope="col">Notional</th>
            <th scope="col">Leverage</th></tr></thead>
          <tbody>
            {movers(figures.assets, since?.system.assets ?? []).map(({ asset, change }) => (
              <tr key={asset.asset}>
                <th scope="row"><a class="row" href={href('liquidation-map', [], { market: asset.asset })}>
                  {asset.asset}</a></th>
                <td><Figure of="notional" value={change} show={usdSigned} asOf={figures.asOf} /></td>
                <td><Figure of="notional" value={both(asset)} show={usd} asOf={figures.asOf}
                  href={href('at-risk', [], { tier: 'all', symbol: asset.asset })} /></td>
                <td><Figure of="assetLeverage" value={asset.leverage} show={times} asOf={figures.asOf}
                  href={href('skew', [], { market: asset.asset })} /></td>
              </tr>
            ))}
          </tbody>
        </table></div>
      )}
    </Panel>
  );
}
