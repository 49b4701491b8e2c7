import { useEffect, useRef, useState } from 'preact/hooks';
import { setQuery } from '../../app/router';
import { ProblemError, type Problem } from '../../data/problem';
import { get, send } from '../../data/server';
import type { Job, Stamped } from '../../data/types';

/** The answer to a job's result: the figures, and the market that they are of. */
interface Finished<T> extends Stamped {
  result: T;
}

export interface Work<T> {
  job: Job | null;
  result: T | null;
  problem: Problem | null;
  isBusy: boolean;
  start: (body: Record<string, unknown>) => void;
  cancel: () => void;
}

const POLL_MS = 500;

const isOpen = (job: Job | null): boolean => job?.state === 'QUEUED' || job?.state === 'RUNNING';

/**
 * A computation on the server: begun, watched and cancelled. Its id is in the address, so that a reload and whoever
 * gets the link see the same result for as long as the server keeps it.
 */
export function useJob<T>(id: string | null, kind: string, place = 'job'): Work<T> {
  const [job, setJob] = useState<Job | null>(null);
  const [result, setResult] = useState<T | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isStarting, setStarting] = useState(false);
  const wanted = useRef(id);
  wanted.current = id;

  useEffect(() => {
    if (!id) return;
    const ends = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async (): Promise<void> => {
      try {
        const now = await get<Job>(`jobs/${id}`, ends.signal);
        if (now.kind !== kind) {
          setProblem({ title: `This job is of the kind ${now.kind}`, status: 0, code: 'wrong_kind' });
          return;
        }
        setProblem(null);
        if (now.state === 'DONE') {
          const { result: figures, asOf, seq, freshness } = await get<Finished<T>>(`jobs/${id}/result`, ends.signal);
          setResult({ ...figures, asOf, seq, freshness });
        }
        setJob(now);
        if (isOpen(now)) timer = setTimeout(() => void look(), POLL_MS);
      } catch (fault) {
        if (ends.signal.aborted) return;
        if (!(fault instanceof ProblemError)) throw fault;
        setProblem(fault.problem);
        // a server that does not answer now may still have the job
        if (fault.problem.status === 0) timer = setTimeout(() => void look(), 4 * POLL_MS);
      }
    };
    void look();
    return () => {
      ends.abort();
      clearTimeout(timer);
    };
  }, [id, kind]);

  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      setProblem(null);
      await work();
    } catch (fault) {
      if (!(fault instanceof ProblemError)) throw fault;
      setProblem(fault.problem);
    }
  };
  return {
    job, result, problem,
    isBusy: isStarting || isOpen(job),
    start: (body) => {
      setStarting(true);
      void attempt(async () => {
        const begun = await send<Job>('POST', 'jobs', { kind, ...body });
        setJob(begun);
        setQuery({ [place]: begun.id });
      }).finally(() => setStarting(false));
    },
    cancel: () => void attempt(async () => {
      await send('DELETE', `jobs/${wanted.current}`);
      setJob((old) => (old && isOpen(old) ? { ...old, isCancelling: true } : old));
    }),
  };
}
