import type { AccountJson } from '../../data/types';
import { price } from '../../format/numbers';

type Portfolio = AccountJson['portfolios'][number];

/** What margin by scenarios is made of: the worst scenario line by line, then what is charged beside it. */
export function Portfolios({ account }: { account: AccountJson }) {
  return <>{account.portfolios.map((one) => <Worst key={one.underlying} of={one} />)}</>;
}

function Worst({ of }: { of: Portfolio }) {
  const shocks = [['roll shock', of.rollShock], ['delta shock', of.deltaShock]] as const;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={`Scenarios of ${of.underlying}, table`}>
      <table data-rows="leaf" data-why="Lines of the margin itself: of which profit of which part it is the sum.">
        <caption>
          {of.underlying}: {of.scenario.replaceAll('-', '\u2212')} is worst, by {of.rules}; in the asset in which it
          settles
        </caption>
        <thead>
          <tr>
            <th scope="col" class="left">Part</th>
            <th scope="col" class="left">Of</th>
            <th scope="col">Profit</th>
          </tr>
        </thead>
        <tbody>
          {of.lines.map((line) => (
            <Row key={`${line.part} ${line.subject}`} part={line.part} subject={line.subject} value={line.profit} />
          ))}
          <Row part="worst loss" subject={of.scenario} value={of.worstLoss} />
          {shocks.map(([name, value]) => <Row key={name} part={name} subject={of.underlying} value={value} />)}
          {of.charges.map((charge) => (
            <Row key={`${charge.name} ${charge.subject}`} part={charge.name} subject={charge.subject}
              value={charge.maintenanceMargin} />
          ))}
          <Row part="maintenance margin" subject={of.underlying} value={of.maintenanceMargin} />
          <Row part="initial margin" subject={of.underlying} value={of.initialMargin} />
        </tbody>
      </table>
    </div>
  );
}

function Row({ part, subject, value }: { part: string; subject: string; value: string }) {
  return (
    <tr>
      <th scope="row" class="left">{part}</th>
      <td class="left">{subject}</td>
      <td title={value}>{price(value)}</td>
    </tr>
  );
}
