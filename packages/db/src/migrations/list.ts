import { firstCollectionsAndIndexes } from './20261124080000-first-collections-and-indexes.ts';
import type { Migration } from './migration.ts';

/** In order of application; only ever appended to. */
export const migrations: readonly Migration[] = [firstCollectionsAndIndexes];
