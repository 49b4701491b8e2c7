import { useEffect } from 'preact/hooks';
import type { PageProps } from '../registry';
import { exporter } from '../../data/store';
import { download } from '../../app/copy';
import { Empty, Notice } from '../../states/notices';
import { useJob } from '../parts/job';
import { JobProgress } from '../parts/progress';
import { bodyOf, fault, PlanForm, planOf } from './form';
import { CascadeFigures } from './result';
import type { CascadeResult } from './types';

/** What if the price falls x %? A simulation on the accounts as they are. */
export function Cascade({ query }: PageProps) {
  const plan = planOf(query);
  const work = useJob<CascadeResult>(query.get('job'), 'cascade');
  const wrong = fault(plan);
  const { result } = work;
  const run = (): void => work.start(bodyOf(plan));
  useEffect(() => {
    exporter.value = result
      ? () => download('cascade.json', JSON.stringify(result, null, 2), 'application/json') : null;
    return () => { exporter.value = null; };
  }, [result]);
  return (
    <div class="grid lab">
      <section class="panel" aria-labelledby="cascade-plan">
        <header>
          <h2 id="cascade-plan">What is assumed</h2>
          <p class="question">Accounts are taken as they are now. Nobody trades, deposits or withdraws meanwhile.</p>
        </header>
        <div class="body">
          <PlanForm plan={plan} />
          {wrong && <Notice tone="warn" title={wrong} />}
          <p class="buttons">
            <button type="button" class="primary" disabled={work.isBusy || wrong !== null} onClick={run}>
              Run the cascade</button>
          </p>
          <JobProgress work={work} onRetry={run} />
        </div>
      </section>
      {result ? <CascadeFigures result={result} query={query} />
        : !work.isBusy && <section class="panel"><div class="body">
            <Empty why="No cascade has been run from here yet. Choose a shock and run it, or ask on the command line."
              command="leverage cascade --shock -0.2 --runs 20" />
          </div></section>}
    </div>
  );
}
