import { useState } from 'preact/hooks';
import { ProblemError, type Problem } from '../data/problem';
import { logIn } from '../data/server';
import { reconnect } from '../data/stream';
import { refreshes } from '../data/store';
import { route } from './router';

/** Takes a one-time token out of the address before anything else sees it; true where there was one. */
export async function logInByAddress(): Promise<void> {
  const { page, path } = route.value;
  if (page !== 'login' || !path[0]) return;
  history.replaceState(null, '', '#/overview');
  route.value = { page: 'overview', path: [], query: new URLSearchParams() };
  try {
    await logIn({ token: path[0] });
  } catch (fault) {
    if (!(fault instanceof ProblemError)) throw fault;
  }
}

/** For who has no session: a key, or the address that the server printed when it started. */
export function Login() {
  const [key, setKey] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    try {
      await logIn({ key });
      setKey('');
      refreshes.value++;
      reconnect();
    } catch (fault) {
      if (!(fault instanceof ProblemError)) throw fault;
      setProblem(fault.problem);
    }
  };
  return (
    <form class="panel login" onSubmit={submit}>
      <h2>Sign in</h2>
      <p>This server shows its figures to who has a key. Paste one, or open the address that the server printed when it
        started: it works once.</p>
      <label>Key <input type="password" autocomplete="current-password" value={key} required
        onInput={(event) => setKey(event.currentTarget.value)} /></label>
      {problem ? <p role="alert" class="crit">{problem.title} (<code>{problem.code}</code>)</p> : null}
      <button type="submit">Sign in</button>
    </form>
  );
}
