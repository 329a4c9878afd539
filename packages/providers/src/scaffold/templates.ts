import type { Names } from './scaffold.ts';

/** The files of a new provider by name: they pass the type check, and fail the conformance suite until they are filled. */
export function templates(names: Names): Record<string, string> {
  return {
    'manifest.ts': manifest(names),
    'client.ts': client(names),
    'map.ts': map(names),
    'provider.ts': provider(names),
    'provider.test.ts': test(names),
    'fixtures/README.md': 'Say where each sample is from, and what of it is inferred.\n',
  };
}

const manifest = ({ id, camel, pascal }: Names) => `import type { ProviderManifest } from '../provider.ts';

/** ${pascal}: say here what it is and where its wire format is written down. */
export const ${camel}Manifest: ProviderManifest = {
  id: '${id}',
  name: '${pascal}',
  workflow: 'real_time',
  type: 'terminal',
  services: ['availability'],
  sites: [],
  batchSize: 1,
  limits: { perSecond: 1 },
  minForceMs: 30_000,
  timeoutMs: 30_000,
  credentials: { owner: 'platform', fields: ['apiKey'] },
  dataGaps: [],
  mapperVersion: '1',
};
`;

const client = ({ camel, pascal }: Names) => `import { z } from 'zod';
import { createProviderHttp } from '../kit/http.ts';
import type { ProviderConnection, RealTimeClient } from '../provider.ts';
import { ${camel}Manifest } from './manifest.ts';

/** What an answer must be before it is read any further. */
const answer = z.array(z.record(z.string(), z.unknown()));

/** Connects to ${pascal}. */
export function connect${pascal}(connection: ProviderConnection): RealTimeClient {
  const http = createProviderHttp({
    baseUrl: connection.baseUrl,
    timeoutMs: connection.timeoutMs ?? ${camel}Manifest.timeoutMs,
    spend: connection.spend,
  });
  return {
    async trace({ signal }) {
      await http.ask({ path: '/containers', schema: answer, signal });
      // One slice per box that the answer knows and that was asked for; it holds nothing of another box.
      return { slices: new Map() };
    },
    close: http.close,
  };
}
`;

const map = ({ pascal }: Names) => `import { notFound, type Observed } from '@envase/domain';
import type { MapContext } from '../provider.ts';

/** Maps a slice of ${pascal}'s answer; pure. */
export function map${pascal}(_slice: unknown, context: MapContext): Observed {
  return notFound(context.observedAt);
}
`;

const provider = ({ camel, pascal }: Names) => `import type { RealTimeProvider } from '../provider.ts';
import { connect${pascal} } from './client.ts';
import { ${camel}Manifest } from './manifest.ts';
import { map${pascal} } from './map.ts';

/** ${pascal}. */
export const ${camel}: RealTimeProvider = {
  manifest: ${camel}Manifest,
  connect: connect${pascal},
  map: map${pascal},
};
`;

const test = ({ camel }: Names) => `import { notFound } from '@envase/domain';
import { describeProvider, observedAt } from '../conformance/index.ts';
import { ${camel} } from './provider.ts';

const first = 'XTRU1000018';
const second = 'XTRU1000023';
// What a fixture maps to: more than that the box is known.
const expected = { ...notFound(observedAt), found: true };

describeProvider(${camel}, {
  service: 'availability',
  siteId: '',
  credentials: { apiKey: 'made-up-key' },
  boxes: [first, second],
  stranger: 'XTRU1000091',
  answer: (_request, known) => ({ body: known.map((number) => ({ number })) }),
  isQuestion: () => true,
  questions: 1,
  expected: { [first]: expected, [second]: expected },
  errorBody: { error: 'no' },
  flips: [{ name: 'an object where a list was promised', flip: () => ({}), becomes: 'provider_answer' }],
  unknownCodes: [{ name: 'a code nobody documented', slice: { number: first, code: 'QQ' }, code: 'code:QQ' }],
  localTime: { slice: (local, siteId) => ({ number: first, local, siteId }), code: 'discharged' },
  samples: [{ number: first, slice: { number: first } }],
});
`;
