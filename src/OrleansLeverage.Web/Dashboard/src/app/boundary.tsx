import type { ComponentChildren } from 'preact';
import { useErrorBoundary } from 'preact/hooks';
import { ErrorNotice } from '../states/notices';

/** A page that fails says so in its own place; the shell and the other pages go on. */
export function Boundary({ children }: { children: ComponentChildren }) {
  const [fault, reset] = useErrorBoundary((error: unknown) => console.error(error));
  if (!fault) return <>{children}</>;
  const problem = { title: 'This page cannot show what it was given', status: 0, code: 'page_failed',
    detail: fault instanceof Error ? fault.message : String(fault) };
  return <ErrorNotice problem={problem} onRetry={reset} />;
}
