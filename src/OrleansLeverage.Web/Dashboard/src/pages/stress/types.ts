import type { Stamped } from '../../data/types';
import type { Figure } from '../../format/numbers';
import { isOption } from '../parts/markets';

/** A scenario of one's own. Moves are fractions, negative is a fall. */
export interface Custom {
  name: string;
  moves: Record<string, number>;
  basis?: number;
  fundingRate?: number;
}

export interface Outcome {
  scenario: string;
  kind: string;
  equity: Figure;
  notional: Figure;
  leverage: number | null;
  liquidatedAccounts: number;
  liquidatedNotional: Figure;
  longLiquidated: Figure;
  shortLiquidated: Figure;
  undetectedAccounts: number;
  bankruptAccounts: number;
  deficit: Figure;
  fundCoverage: number | null;
  note: string;
}

export interface StressResult extends Stamped {
  accounts: number;
  unknownAccounts: number;
  fund: Figure;
  scenarios: Outcome[];
}

export interface Break {
  who: string;
  moves: string;
  move: number | null;
  price: number | null;
  sigmas: number | null;
}

export interface BreaksResult extends Stamped {
  breaks: Break[];
}

/** Scenarios that move one feed alone, as a table of feed by move. */
export interface Matrix {
  feeds: string[];
  moves: string[];
  cells: (Outcome | null)[][];
}

/** The library names them "BTC-USD -20%"; null where there are none. */
export function matrixOf(outcomes: readonly Outcome[]): Matrix | null {
  const found = outcomes.filter((outcome) => outcome.kind === 'GRID').flatMap((outcome) => {
    const parts = /^(\S+) ([+-]?\d+(?:\.\d+)?)\s?%$/.exec(outcome.scenario.replace('\u2212', '-'));
    return parts && !isOption(parts[1]) ? [{ feed: parts[1], move: Number(parts[2]), outcome }] : [];
  });
  if (found.length === 0) return null;
  const feeds = [...new Set(found.map((one) => one.feed))];
  const moves = [...new Set(found.map((one) => one.move))].sort((a, b) => a - b);
  return {
    feeds, moves: moves.map((move) => `${move > 0 ? '+' : move < 0 ? '\u2212' : ''}${Math.abs(move)}%`),
    cells: feeds.map((feed) => moves.map((move) =>
      found.find((one) => one.feed === feed && one.move === move)?.outcome ?? null)),
  };
}

/** "BTC-USD -30, ETH-USD -40" as moves; the first that cannot be read, where one cannot. */
export function movesOf(text: string): { moves: Record<string, number>; wrong: string | null } {
  const moves: Record<string, number> = {};
  for (const part of text.split(/[,;\n]+/).map((piece) => piece.trim()).filter(Boolean)) {
    const found = /^([A-Za-z0-9._-]+)\s+([+\u2212-]?\d{1,3}(?:\.\d{1,4})?)\s*%?$/.exec(part);
    const pct = found ? Number(found[2].replace('\u2212', '-')) : NaN;
    if (!found || !(pct >= -99 && pct <= 900)) return { moves, wrong: part };
    moves[found[1].toUpperCase()] = +(pct / 100).toFixed(6);
  }
  return { moves, wrong: null };
}

export const movesText = (moves: Record<string, number>): string =>
  Object.entries(moves).map(([feed, move]) => `${feed} ${+(move * 100).toFixed(4)}`).join(', ');

const PLACE = 'leverage.scenarios';

/** Scenarios kept in this browser alone; the page says so. */
export function readSaved(): Custom[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(PLACE) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isCustom) : [];
  } catch {
    return [];
  }
}

export function writeSaved(list: readonly Custom[]): void {
  try {
    localStorage.setItem(PLACE, JSON.stringify(list));
  } catch {
    // a browser that keeps nothing still runs everything
  }
}

/** The scenarios of a link; nothing of one that cannot be read. */
export function fromLink(text: string | null): Custom[] {
  try {
    const list: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(list) ? list.filter(isCustom).slice(0, 20) : [];
  } catch {
    return [];
  }
}

function isCustom(value: unknown): value is Custom {
  const one = value as Partial<Custom> | null;
  return typeof one?.name === 'string' && typeof one.moves === 'object' && one.moves !== null
    && Object.values(one.moves).every((move) => typeof move === 'number' && Number.isFinite(move));
}
