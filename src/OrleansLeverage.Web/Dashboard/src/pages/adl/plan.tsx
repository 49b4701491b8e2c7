import type { KeptPlan, Preview } from '../../data/types';
import { count, duration, known, price, ratio, times, usd, usdSigned } from '../../format/numbers';
import { utcDateTime } from '../../format/time';
import { StateBadge } from '../../states/badge';
import { account } from '../../figures/behind';
import { Drill } from '../../figures/figure';
import { Facts } from '../parts/fields';
import { LEG_TONES, quantity, term } from './terms';

/** A plan as a difference: every counterparty before and after, and what it forgoes. */
export function PreviewTable({ plan, title, code }: { plan: Preview; title: string; code: string }) {
  const excluded = plan.excluded.filter((one) => one.accounts > 0);
  const forgone = plan.legs.reduce<number | null>((sum, leg) =>
    sum === null || known(leg.forgone) === null ? null : sum + known(leg.forgone)!, 0);
  return (
    <section class="plan" aria-label={title}>
      <header><h3>{title}</h3><StateBadge state={code.toUpperCase()}
        tone={LEG_TONES[code.toUpperCase()]} /></header>
      <Facts why="Terms of the plan; its legs are the rows below." rows={[
        ['Closes', <Drill behind={account(plan.bankruptAccount)} name="Closes"
          text={`${quantity(plan.requested)} contracts of ${plan.bankruptAccount} (${plan.side})`} />],
        ['At', `${price(plan.price)} against a mark of ${price(plan.markPrice)}`,
          'The price that leaves it without debt'],
        ['Price', `${plan.priceState}, ${duration(plan.priceAgeMs)} old`],
        ['Left over', plan.residual, 'Contracts that nobody can be asked for'],
        ['Shortfall', usd(plan.shortfall)], ['Insurance fund', usd(plan.fund)],
        ['Ranked', count(plan.ranked), 'Positions that may be reduced'],
        ['Forgone by all', usd(forgone), 'Less than at the mark: the haircut of the counterparties'],
        ['Rule', `${plan.policy}, ranked as ${plan.score}; ${plan.rule} ${plan.ruleVersion}`],
        ['Frame', plan.asOf.frame],
        ...(excluded.length > 0 ? [['Left out', excluded.map(({ reason, accounts }) =>
          `${accounts} ${reason.replaceAll('-', ' ')}`).join(', ')] as const] : []),
      ]} />
      {plan.legs.length > 0 && <Legs plan={plan} title={title} />}
    </section>
  );
}

function Legs({ plan, title }: { plan: Preview; title: string }) {
  return (
    <div class="scroll legs" tabIndex={0} role="region" aria-label={`${title}, counterparties`}>
      <table data-rows="row" data-why="The counterparty's name leads to the account.">
        <thead><tr><th scope="col">Rank</th><th scope="col" class="left">Counterparty</th><th scope="col">Closes</th>
          <th scope="col">of</th><th scope="col">PnL × leverage</th><th scope="col">Score</th>
          <th scope="col">Forgone</th><th scope="col">Equity</th><th scope="col">Leverage</th>
          <th scope="col">Margin ratio</th><th scope="col">Tier after</th></tr></thead>
        <tbody>{plan.legs.map((leg) => (
          <tr key={`${leg.rank} ${leg.counterparty}`}>
            <td>{leg.rank}</td>
            <th scope="row" class="left"><a class="row" href={account(leg.counterparty).href}>
              {leg.counterparty}</a></th>
            <td>{quantity(leg.contracts)}</td><td>{quantity(leg.held)}</td>
            <td>{`${term(leg.pnlTerm)} × ${term(leg.leverageTerm)}`}</td><td>{term(leg.score)}</td>
            <td>{usd(leg.forgone)}</td>
            <td>{`${usd(leg.after.equity)} (${change(leg.before.equity, leg.after.equity)})`}</td>
            <td>{`${times(leg.before.leverage)} → ${times(leg.after.leverage)}`}</td>
            <td>{`${ratio(leg.before.marginRatio)} → ${ratio(leg.after.marginRatio)}`}</td>
            <td><StateBadge state={leg.after.tier} quiet /></td>
          </tr>
        ))}</tbody>
      </table>
    </div>
  );
}

/** What an account loses or gains; unknown where either is. */
function change(before: string, after: string): string {
  const [from, to] = [known(before), known(after)];
  return usdSigned(from === null || to === null ? null : to - from);
}

/** What is kept of a plan: who armed it, who executed it, and where every leg stands. */
export function KeptTable({ plan }: { plan: KeptPlan }) {
  const legs = plan.rounds.flatMap((round) => round.legs.map((leg) => ({ ...leg, round: round.round,
    price: round.price })));
  return (
    <section class="plan" aria-label={`Plan ${plan.planId}`}>
      <header><h3>Plan <code>{plan.planId}</code></h3><StateBadge state={plan.state.toUpperCase()} />
        {plan.detail && <span>{plan.detail}</span>}</header>
      <Facts why="Terms of the plan; its legs are the rows below." rows={[
        ['Closes', <Drill behind={account(plan.bankruptAccount)} name="Closes"
          text={`${quantity(plan.requested)} contracts of ${plan.bankruptAccount} (${plan.side})`} />],
        ['Filled', `${plan.filled}, ${plan.residual} left`], ['Policy', plan.policy],
        ['Armed', `${utcDateTime(plan.armedMs)} by ${plan.armedBy}`],
        ['Executed by', plan.executedBy ?? 'nobody yet'],
      ]} />
      {legs.length > 0 && <div class="scroll legs" tabIndex={0} role="region" aria-label="Legs of the plan">
        <table data-rows="row" data-why="The counterparty's name leads to the account.">
          <thead><tr><th scope="col">Round</th><th scope="col" class="left">Counterparty</th><th scope="col">Closes</th>
            <th scope="col">Price</th><th scope="col">Rank</th><th scope="col">Forgone</th>
            <th scope="col" class="left">State</th><th scope="col" class="left">Command</th></tr></thead>
          <tbody>{legs.map((leg) => (
            <tr key={leg.commandId}><td>{leg.round}</td><th scope="row" class="left">
              <a class="row" href={account(leg.counterparty).href}>{leg.counterparty}</a></th>
              <td>{quantity(leg.contracts)}</td><td>{price(leg.price)}</td><td>{leg.rank}</td>
              <td>{usd(leg.forgone)}</td>
              <td class="left">
                <StateBadge state={leg.state} detail={leg.refusal} tone={LEG_TONES[leg.state]} quiet /></td>
              <td class="left"><code>{leg.commandId}</code></td></tr>
          ))}</tbody>
        </table>
      </div>}
    </section>
  );
}
