import { createLogger } from '@envase/runtime';
import { serveHalf } from '@envase/testing';
import { startTestApi } from '../test/start-test-api.ts';

// Connect Data's API as it runs, for `pnpm bench ingest`: real stores, every line logged as in production.
const logger = createLogger({ program: 'connect-data' });
const api = await startTestApi({ logger, asDeployed: true });
const { token } = await api.addClient();
serveHalf(`${api.url}/api/events?${new URLSearchParams({ token })}`, () =>
  api.db.connection.collection('events').countDocuments({}),
);
