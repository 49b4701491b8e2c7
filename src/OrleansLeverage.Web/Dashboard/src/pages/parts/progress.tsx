import { ErrorNotice, Notice } from '../../states/notices';
import { StateBadge } from '../../states/badge';
import { duration, share } from '../../format/numbers';
import type { Work } from './job';

/** Where a job stands: its word, how far it is, how long it will take, and a button that ends it. */
export function JobProgress<T>({ work, onRetry }: { work: Work<T>; onRetry: () => void }) {
  const { job, problem, isBusy } = work;
  return (
    <div class="job" aria-live="polite">
      {problem && <ErrorNotice problem={problem} onRetry={onRetry} />}
      {job && (
        <p class="job-line">
          <StateBadge state={job.state} />
          {isBusy && <progress max={1} value={job.progress} aria-label="Progress of the job" />}
          {isBusy && <span>{share(job.progress, 0)}{job.etaMs !== null && `, about ${duration(job.etaMs)} left`}</span>}
          {job.asOf && <span class="asof" title={job.asOf.datetime}>{`as of frame ${job.asOf.frame}`}</span>}
          <code class="job-id">{job.id}</code>
          {isBusy && <button type="button" disabled={job.isCancelling} onClick={work.cancel}>
            {job.isCancelling ? 'Cancelling' : 'Cancel'}</button>}
        </p>
      )}
      {job?.state === 'FAILED' && <Notice tone="crit" title="The job failed">
        {job.detail ?? 'No reason was given.'} {job.code && <code>{job.code}</code>}</Notice>}
      {job?.state === 'CANCELLED' && <Notice tone="muted" title="Cancelled">
        Nothing of it is kept. What is below, if anything, is of the run before.</Notice>}
    </div>
  );
}
