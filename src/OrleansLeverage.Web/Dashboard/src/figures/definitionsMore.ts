import type { Definition } from './definitions';

/** Definitions of pages 6 to 10 and 12 to 14. */
export const moreDefinitions: Record<string, Definition> = {};
