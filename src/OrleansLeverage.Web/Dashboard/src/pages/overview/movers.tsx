import { href } from '../../app/router';
import type { Loaded } from '../../data/resource';
import { seen } from '../../data/trail';
import type { SystemView } from '../../data/types';
import { accounts } from '../../figures/behind';
import { Figure } from '../../figures/figure';
import { times, usd, usdSigned } from '../../format/numbers';
import { utcTime } from '../../format/time';
import { Panel } from '../../states/panel';
import { both, movers } from './ranking';

const holders = (market: string, sort: 'notional' | 'leverage') =>
  accounts({ market, sort }, `who holds ${market}, by ${sort}`);

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
                <td><Figure of="notional" name={`Change of notional, ${asset.asset}`} value={change} show={usdSigned}
                  asOf={figures.asOf} behind={holders(asset.asset, 'notional')} /></td>
                <td><Figure of="notional" value={both(asset)} show={usd} asOf={figures.asOf}
                  behind={holders(asset.asset, 'notional')} /></td>
                <td><Figure of="assetLeverage" value={asset.leverage} show={times} asOf={figures.asOf}
                  behind={holders(asset.asset, 'leverage')} /></td>
              </tr>
            ))}
          </tbody>
        </table></div>
      )}
    </Panel>
  );
}
