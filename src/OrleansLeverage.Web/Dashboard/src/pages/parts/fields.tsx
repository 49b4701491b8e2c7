import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface Labelled {
  label: string;
  /** What it means and its unit. */
  hint?: string;
}

/** A number by a slider, with the number beside it, which may be typed. */
export function Slider({ label, hint, value, min, max, step, write, onChange }: Labelled & {
  value: number; min: number; max: number; step: number; write: (value: number) => string;
  onChange: (value: number) => void }) {
  const id = useId();
  const set = (text: string): void => {
    const next = Number(text);
    if (Number.isFinite(next)) onChange(Math.max(min, Math.min(max, next)));
  };
  return (
    <div class="field slider" title={hint}>
      <label for={id}>{label}</label>
      <output for={id}>{write(value)}</output>
      <input id={id} type="range" min={min} max={max} step={step} value={value} aria-valuetext={write(value)}
        onInput={(event) => set(event.currentTarget.value)} />
    </div>
  );
}

export function Choice<T extends string>({ label, hint, value, options, onChange }: Labelled & {
  value: T; options: readonly (readonly [T, string])[]; onChange: (value: T) => void }) {
  const id = useId();
  return (
    <div class="field" title={hint}>
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.currentTarget.value as T)}>
        {options.map(([key, text]) => <option key={key} value={key}>{text}</option>)}
      </select>
    </div>
  );
}

export function TextField({ label, hint, value, placeholder, list, invalid, onChange, wide }: Labelled & {
  value: string; placeholder?: string; list?: readonly string[]; invalid?: string | null;
  onChange: (value: string) => void; wide?: boolean }) {
  const id = useId();
  return (
    <div class={`field${wide ? ' wide' : ''}`} title={hint}>
      <label for={id}>{label}</label>
      <input id={id} value={value} placeholder={placeholder} list={list && `${id}-list`} autocomplete="off"
        spellcheck={false} aria-invalid={invalid ? true : undefined}
        aria-describedby={invalid ? `${id}-why` : undefined}
        onInput={(event) => onChange(event.currentTarget.value)} />
      {list && <datalist id={`${id}-list`}>{list.map((text) => <option key={text} value={text} />)}</datalist>}
      {invalid && <small id={`${id}-why`} class="invalid">{invalid}</small>}
    </div>
  );
}

export function Check({ label, hint, value, onChange }: Labelled & { value: boolean;
  onChange: (value: boolean) => void }) {
  return (
    <label class="check" title={hint}>
      <input type="checkbox" checked={value} onChange={(event) => onChange(event.currentTarget.checked)} /> {label}
    </label>
  );
}

/** Names and what they stand for, in as many columns as fit. */
export function Facts({ rows, why }: { rows: readonly (readonly [string, ComponentChildren, string?])[];
  /** Why the numbers among them that lead nowhere have no rows. */
  why?: string }) {
  return (
    <dl class="factsheet" data-rows={why && 'none'} data-why={why}>
      {rows.map(([name, value, hint]) => (
        <div key={name} title={hint}><dt>{name}</dt><dd>{value}</dd></div>
      ))}
    </dl>
  );
}
