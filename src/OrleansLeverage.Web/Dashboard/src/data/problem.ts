/** RFC 9457, as the API sends it. */
export interface Problem {
  title: string;
  status: number;
  code: string;
  detail?: string;
  field?: string;
  traceId?: string;
}

export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.title);
  }
}

export const unreachable: Problem = { title: 'The server does not answer', status: 0, code: 'unreachable' };

export async function problemOf(response: Response): Promise<Problem> {
  try {
    const body = (await response.json()) as Partial<Problem>;
    return {
      title: body.title ?? response.statusText, status: response.status, code: body.code ?? String(response.status),
      detail: body.detail, field: body.field, traceId: body.traceId,
    };
  } catch {
    return { title: response.statusText || 'The answer cannot be read', status: response.status, code: 'unreadable' };
  }
}
