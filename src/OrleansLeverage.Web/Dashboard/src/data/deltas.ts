/** One message of the stream. */
export interface StreamMessage {
  channel: string;
  type: 'snapshot' | 'delta' | 'lagged';
  seq: number;
  dropped?: number;
  contents: Record<string, unknown>;
}

export interface ChannelContents {
  contents: Record<string, unknown>;
  seq: number;
}

/** Items of a list that only grows at its front, at the most. */
const ITEMS_MAX = 500;

/**
 * The contents after a message: a snapshot replaces, a delta replaces the members it names. The events channel's delta
 * names only what is new. A message that is not newer than what is known changes nothing; null asks for a snapshot.
 */
export function applied(known: ChannelContents | null, message: StreamMessage): ChannelContents | null {
  const { channel, type, seq, contents } = message;
  if (type === 'snapshot') return { contents, seq };
  if (!known || type === 'lagged') return null;
  if (seq <= known.seq) return known;
  const next = { ...known.contents, ...contents };
  if (channel === 'events' && Array.isArray(contents.items) && Array.isArray(known.contents.items)) {
    const fresh = contents.items as { seq?: number }[];
    const seen = new Set(fresh.map((item) => item.seq));
    const rest = (known.contents.items as { seq?: number }[]).filter((item) => !seen.has(item.seq));
    next.items = [...fresh, ...rest].slice(0, ITEMS_MAX);
  }
  return { contents: next, seq };
}

/** Takes the text of server-sent events apart; what is not whole yet waits for the next piece. */
export class EventReader {
  private rest = '';

  /** The data of the events that ended in this piece. */
  read(piece: string): string[] {
    this.rest += piece.replaceAll('\r', '');
    const found: string[] = [];
    for (let end = this.rest.indexOf('\n\n'); end >= 0; end = this.rest.indexOf('\n\n')) {
      const lines = this.rest.slice(0, end).split('\n');
      this.rest = this.rest.slice(end + 2);
      const data = lines.filter((line) => line.startsWith('data:')).map((line) => line.slice(5).replace(/^ /, ''));
      if (data.length > 0) found.push(data.join('\n'));
    }
    return found;
  }
}

/** Wait before the n-th try in a row: 1, 2, 4, 8, then 15 s. */
export const backoffMs = (tries: number): number => Math.min(15_000, 1_000 * 2 ** Math.max(0, tries - 1));
