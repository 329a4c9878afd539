import type { Route } from '../router.ts';

const verbs = { GET: 'get', POST: 'create', PUT: 'replace', PATCH: 'change', DELETE: 'delete' } as const;

/**
 * The name of a route in generated clients: `GET /api/traces` is `listTraces`, `GET /api/traces/:id/history` `getTraceHistory`, `POST
 * /api/webhooks/:id/enable` `enableWebhook`.
 */
export function nameOperation({ method, path, endpoint }: Route): string {
  if (endpoint.operationId !== undefined) return endpoint.operationId;
  const parts = path.split('/').filter((part) => !['', 'api', 'admin'].includes(part));
  const words = parts.filter((part) => !part.startsWith(':'));
  // One of many, where its id follows.
  const nouns = parts.flatMap((part, at) => {
    if (part.startsWith(':')) return [];
    return [parts[at + 1]?.startsWith(':') ? toSingular(part) : part];
  });
  const last = parts.at(-1) ?? '';
  const isOne = parts.some((part) => part.startsWith(':'));
  if (method === 'GET' && !isOne) return `list${toName(words)}`;
  if (isOne && method === 'POST' && !last.startsWith(':')) {
    return `${toWord(last, false)}${toName(nouns.slice(0, -1))}`;
  }
  return `${verbs[method]}${toName(method === 'POST' ? words.map(toSingular) : nouns)}`;
}

/** The feature that a path belongs to: its first part below `/api`. */
export function nameTag(path: string): string {
  const [first = ''] = path.split('/').filter((part) => part !== '' && part !== 'api');
  return first.replace(/^\./, '').replace(/\.json$/, '');
}

function toName(words: readonly string[]): string {
  return words.map((word) => toWord(word, true)).join('');
}

function toWord(word: string, isCapital: boolean): string {
  const joined = word.replace(/[^a-z0-9]+([a-z0-9])/gi, (_, letter: string) => letter.toUpperCase());
  const first = joined.charAt(0);
  return `${isCapital ? first.toUpperCase() : first}${joined.slice(1)}`;
}

function toSingular(word: string): string {
  return word.replace(/ies$/, 'y').replace(/s$/, '');
}
