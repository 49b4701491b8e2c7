import { setQuery } from '../../app/router';
import { fixed, percent, share } from '../../format/numbers';
import { Check, Choice, Slider, TextField } from '../parts/fields';

/** What is asked for. All of it is in the address. */
export interface Plan {
  shock: number;
  depth: number;
  ramp: number;
  ticks: number;
  runs: number;
  noise: number;
  recovered: number;
  impact: string;
  oracle: string;
  liquidation: string;
  deleveraging: string;
  fund: string;
  seed: string;
  policies: boolean;
}

const usual: Plan = {
  shock: -20, depth: 20, ramp: 60, ticks: 240, runs: 20, noise: 0.05, recovered: 25, impact: 'linear',
  oracle: 'own-book', liquidation: 'slice', deleveraging: 'pro-rata', fund: '', seed: '42', policies: true,
};

export function planOf(query: URLSearchParams): Plan {
  const plan = { ...usual } as Record<string, string | number | boolean>;
  for (const [key, fallback] of Object.entries(usual)) {
    const text = query.get(key);
    if (text === null) continue;
    const number = Number(text);
    if (typeof fallback === 'number') plan[key] = Number.isFinite(number) ? number : fallback;
    else plan[key] = typeof fallback === 'boolean' ? text === 'true' : text;
  }
  return plan as unknown as Plan;
}

export const set = (values: Partial<Plan>): void => setQuery(Object.fromEntries(Object.entries(values)
  .map(([key, value]) => [key, value === usual[key as keyof Plan] ? null : String(value)])));

/** Why it cannot be run; null where it can. */
export function fault(plan: Plan): string | null {
  if (plan.fund !== '' && !/^\d{1,15}(\.\d{1,8})?$/.test(plan.fund)) {
    return 'The fund is an amount in USD, such as 2500000.';
  }
  if (!/^\d{1,19}$/.test(plan.seed)) return 'The seed is a whole number.';
  return plan.ramp >= plan.ticks ? 'The shock takes as long as the simulation or longer.' : null;
}

/** As the server reads it: fractions, and words of its own. */
export const bodyOf = (plan: Plan): Record<string, unknown> => ({
  shock: plan.shock / 100, ticks: plan.ticks, rampTicks: plan.ramp, recoveredShare: plan.recovered / 100,
  noise: plan.noise / 100, runs: plan.runs, depth: plan.depth, impact: plan.impact, oracle: plan.oracle,
  liquidation: plan.liquidation, deleveraging: plan.deleveraging, seed: Number(plan.seed),
  counterfactuals: plan.policies, ...(plan.fund === '' ? {} : { fund: plan.fund }),
});

export function PlanForm({ plan }: { plan: Plan }) {
  return (
    <div class="fields">
      <Slider label="Shock" hint="Move of the market; every feed moves by its beta." value={plan.shock} min={-60}
        max={60} step={1} write={(v) => percent(v / 100, 0)} onChange={(shock) => set({ shock })} />
      <Slider label="Depth" hint="Open interests that move a price by its whole value when sold; smaller is thinner."
        value={plan.depth} min={1} max={60} step={1} write={(v) => `${fixed(v, 0)} open interests`}
        onChange={(depth) => set({ depth })} />
      <Slider label="Speed" hint="Ticks over which the shock arrives; fewer is faster." value={plan.ramp} min={1}
        max={240} step={1} write={(v) => `over ${v} ticks`} onChange={(ramp) => set({ ramp })} />
      <Slider label="Length" hint="Ticks of the simulation, a second each." value={plan.ticks} min={60} max={900}
        step={30} write={(v) => `${v} ticks`} onChange={(ticks) => set({ ticks })} />
      <Slider label="Recovered" hint="Share of the shock that comes back by the end." value={plan.recovered} min={0}
        max={100} step={5} write={(v) => share(v / 100, 0)} onChange={(recovered) => set({ recovered })} />
      <Slider label="Noise" hint="Standard deviation of a tick's return." value={plan.noise} min={0} max={0.5}
        step={0.01} write={(v) => share(v / 100, 2)} onChange={(noise) => set({ noise })} />
      <Slider label="Runs" hint="Paths with seeds of their own; the band is over them." value={plan.runs} min={1}
        max={200} step={1} write={(v) => fixed(v, 0)} onChange={(runs) => set({ runs })} />
      <Choice label="Price impact" hint="How a price answers forced sales." value={plan.impact}
        options={[['linear', 'linear'], ['sqrt', 'square root'], ['exponential', 'exponential'],
          ['bounded', 'bounded']]}
        onChange={(impact) => set({ impact })} />
      <Choice label="Margin is tested at" hint="Which price the venue judges by." value={plan.oracle}
        options={[['own-book', 'its own book'], ['median', 'the median of venues']]}
        onChange={(oracle) => set({ oracle })} />
      <Choice label="Liquidation" value={plan.liquidation}
        options={[['slice', 'as much as it takes'], ['whole', 'the whole account']]}
        onChange={(liquidation) => set({ liquidation })} />
      <Choice label="Deficit is paid by" hint="Who pays what the fund cannot." value={plan.deleveraging}
        options={[['none', 'nobody'], ['pro-rata', 'winners, pro rata'], ['queue', 'winners, by queue'],
          ['whole-queue', 'winners, whole positions'], ['contracts', 'winners, by contracts']]}
        onChange={(deleveraging) => set({ deleveraging })} />
      <TextField label="Fund, USD" hint="Insurance fund; empty takes the grid's own." value={plan.fund}
        placeholder="as it is" onChange={(fund) => set({ fund })} />
      <TextField label="Seed" hint="The same seed gives the same bytes." value={plan.seed}
        onChange={(seed) => set({ seed })} />
      <Check label="Compare policies" hint="The same path with one thing changed at a time" value={plan.policies}
        onChange={(policies) => set({ policies })} />
    </div>
  );
}
