import { useState } from 'preact/hooks';
import { useQuery } from '../../app/router';
import { ProblemError, type Problem } from '../../data/problem';
import { isOffered, send, session } from '../../data/server';
import { useResource } from '../../data/resource';
import type { AdlMarket, PlanAnswer } from '../../data/types';
import { ErrorNotice, Forbidden, Notice } from '../../states/notices';
import { Choice, TextField } from '../parts/fields';
import { Confirm } from './confirm';
import { KeptTable, PreviewTable } from './plan';
import { missing, newPlanId, POLICIES } from './types';

type Step = 'rehearsed' | 'armed' | 'executed' | 'disarmed';

interface Asked {
  planId: string;
  policy: string;
  score: string;
  bankruptAccount: string;
  contracts?: string;
}

/**
 * Rehearse, arm, execute: three answers of the server, each shown before the next can be asked for. Arming and
 * executing take the market's name typed out; no key does either.
 */
export function Operate({ market, query, refresh }: { market: AdlMarket; query: URLSearchParams;
  refresh: () => void }) {
  const { insolvent, openPlan: open } = market;
  const [account, setAccount] = useState(insolvent[0]?.account ?? '');
  const [contracts, setContracts] = useState('');
  const [policy, setPolicy] = useQuery('policy', 'queue');
  // what is ranked above is what is asked for
  const score = query.get('score') ?? 'hyperliquid';
  const [operator, setOperator] = useState(session.value?.name ?? '');
  const [asked, setAsked] = useState<Asked | null>(null);
  const [answer, setAnswer] = useState<{ kind: Step; of: PlanAnswer } | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const mayOperate = session.value === null || session.value.scopes.some((s) => s === 'operate' || s === 'admin');
  const path = `adl/${encodeURIComponent(market.market)}`;

  const ask = async (kind: Step, to: string, body: unknown): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      setAnswer({ kind, of: await send<PlanAnswer>('POST', to, body) });
    } catch (fault) {
      if (!(fault instanceof ProblemError)) throw fault;
      setProblem(fault.problem);
    } finally {
      setBusy(false);
      refresh();
    }
  };
  const wrong = missing(account, contracts);
  const rehearse = (): void => {
    const next = { planId: newPlanId(), policy, score, bankruptAccount: account,
      ...(contracts === '' ? {} : { contracts }) };
    setAsked(next);
    const { planId: _, ...body } = next;
    void ask('rehearsed', `${path}/rehearse`, body);
  };
  const isSame = asked?.policy === policy && asked.score === score && asked.bankruptAccount === account
    && (asked.contracts ?? '') === contracts;
  const armable = answer?.kind === 'rehearsed' && isSame && (answer.of.preview?.legs.length ?? 0) > 0;
  return (
    <section class="panel" aria-labelledby="adl-operate">
      <header>
        <h2 id="adl-operate">{`Deleverage ${market.market}`}</h2>
        <p class="question">1 rehearse, 2 arm, 3 execute. Nothing happens before the third,
          and a rehearsal keeps nothing.</p>
      </header>
      <div class="body">
        {!isOffered(`${path}/rehearse`, 'POST') && <Notice tone="muted" title="This server does not deleverage" />}
        <div class="fields">
          <TextField label="Insolvent account" value={account} onChange={setAccount}
            list={insolvent.map((one) => one.account)} placeholder="account" />
          <TextField label="Contracts" value={contracts} placeholder="the whole position" onChange={setContracts} />
          <Choice label="Policy" value={policy} onChange={setPolicy}
            options={POLICIES} />
          <TextField label="Operator" hint="Goes into the log, word for word." value={operator} onChange={setOperator}
            placeholder="your name" />
        </div>
        {wrong && account !== '' && <p class="invalid">{wrong}</p>}
        <p class="buttons">
          <button type="button" class="primary" disabled={isBusy || wrong !== null} onClick={rehearse}>Rehearse</button>
        </p>
        {problem && (problem.status === 403 ? <Forbidden problem={problem} />
          : <ErrorNotice problem={problem} onRetry={rehearse} />)}
        {answer?.of.preview
          && <PreviewTable plan={answer.of.preview} title={TITLES[answer.kind]} code={answer.of.code} />}
        {answer?.of.plan && !open && <KeptTable plan={answer.of.plan} />}
        {!mayOperate && <Notice tone="muted" title="Read only">This key may rehearse. Arming and executing take the
          scope operate.</Notice>}
        {mayOperate && armable && !open && <Confirm step="2. Arm this plan" verb="Arm" market={market.market}
          operator={operator} isBusy={isBusy} inhibited={market.inhibited}
          what="The plan is kept, at the newest frame's prices, and waits. It expires with its price."
          onConfirm={() => void ask('armed', `${path}/arm`, { ...asked, operator })} />}
        {mayOperate && open && <OpenPlan id={open} market={market} operator={operator} isBusy={isBusy}
          onExecute={() => void ask('executed', `adl/plans/${open}/execute`, { market: market.market, operator })}
          onDisarm={() => void ask('disarmed', `adl/plans/${open}/disarm`, { operator })} />}
      </div>
    </section>
  );
}

const TITLES = {
  rehearsed: 'Dry run: what would change', armed: 'Armed plan', executed: 'Executed', disarmed: 'Disarmed',
};

function OpenPlan({ id, market, operator, isBusy, onExecute, onDisarm }: { id: string; market: AdlMarket;
  operator: string; isBusy: boolean; onExecute: () => void; onDisarm: () => void }) {
  const audit = useResource<PlanAnswer>(`adl/plans/${id}`, { everyMs: 2_000 });
  const plan = audit.value?.plan;
  return (
    <>
      {plan && <KeptTable plan={plan} />}
      {market.state === 'ARMED' && (
        <>
          <Confirm step="3. Execute the armed plan" verb="Execute" market={market.market} operator={operator}
            isBusy={isBusy} inhibited={market.inhibited} isFinal
            what="Positions of the counterparties are closed, leg by leg. It cannot be taken back."
            onConfirm={onExecute} />
          <p class="buttons"><button type="button" disabled={isBusy || operator === ''} onClick={onDisarm}>
            Disarm</button> <span class="note">takes the plan back; nothing was executed</span></p>
        </>
      )}
      {market.state === 'ACTIVE' && <Notice tone="crit" title="Executing">Legs that wait for a fresh price or for the
        store are done without being asked again.</Notice>}
    </>
  );
}
