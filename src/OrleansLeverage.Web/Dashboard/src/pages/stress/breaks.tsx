import { setQuery } from '../../app/router';
import { fixed, known, percent, price, UNKNOWN } from '../../format/numbers';
import { useJob } from '../parts/job';
import { isOption } from '../parts/markets';
import { JobProgress } from '../parts/progress';
import type { BreaksResult } from './types';

/** Stress the other way round: the smallest moves at which the fund does not suffice. */
export function BreakingMoves({ job }: { job: string | null }) {
  const work = useJob<BreaksResult>(job, 'reverse-stress', 'breaks');
  const run = (): void => {
    setQuery({ breaks: null });
    work.start({});
  };
  return (
    <section class="panel" aria-labelledby="stress-breaks">
      <header>
        <h2 id="stress-breaks">What would break it</h2>
        <span class="actions"><button type="button" class="small" disabled={work.isBusy}
          onClick={run}>Find</button></span>
        <p class="question">The smallest move at which deficits exceed the fund, of all feeds together and of each.</p>
      </header>
      <div class="body">
        <JobProgress work={work} onRetry={run} />
        {work.result && (
          <div class="scroll" tabIndex={0} role="region" aria-label="Breaking moves">
            <table data-rows="none" data-why="A search over simulated moves; the liquidation map has the accounts.">
              <thead><tr><th scope="col">Who</th><th scope="col" class="left">Moves</th><th scope="col">By</th>
                <th scope="col">To a price of</th><th scope="col">Daily sigmas</th></tr></thead>
              <tbody>{work.result.breaks.filter((row) => !isOption(row.moves)).map((row) => (
                <tr key={`${row.who} ${row.moves}`}><th scope="row">{row.who}</th><td class="left">{row.moves}</td>
                  <td>{row.move === null ? 'none within 95%' : percent(row.move)}</td>
                  <td>{row.price === null ? UNKNOWN : price(row.price)}</td>
                  <td>{known(row.sigmas) === null ? UNKNOWN : fixed(row.sigmas!, 1)}</td></tr>
              ))}</tbody>
            </table>
          </div>
        )}
        {!work.result && !work.job && <p class="note">Not looked for yet.</p>}
      </div>
    </section>
  );
}
