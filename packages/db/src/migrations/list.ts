import { firstCollectionsAndIndexes } from './20261124080000-first-collections-and-indexes.ts';
import { inboxAndBoxes } from './20261124090000-inbox-and-boxes.ts';
import { keysAuditLoginsAndPulling } from './20261124100000-keys-audit-logins-and-pulling.ts';
import { dailyUsage } from './20261124120000-daily-usage.ts';
import { replaysAndNotices } from './20261124130000-replays-and-notices.ts';
import { pauses } from './20261124140000-pauses.ts';
import { cadenceRules } from './20261124150000-cadence-rules.ts';
import type { Migration } from './migration.ts';

/** In order of application; only ever appended to. */
export const migrations: readonly Migration[] = [
  firstCollectionsAndIndexes,
  inboxAndBoxes,
  keysAuditLoginsAndPulling,
  dailyUsage,
  replaysAndNotices,
  pauses,
  cadenceRules,
];
