import { randomUUID } from 'node:crypto';
import { normalizeNumber } from '@envase/domain';
import type {
  BatchRequest,
  Finding,
  Findings,
  OrderAnswer,
  PendingBatch,
  ProviderConnection,
  RequestDelayedClient,
} from '../provider.ts';
import { answerPath, readAnswer, requestPath, uploadPath, writeRequest } from './files.ts';
import { gpaManifest } from './manifest.ts';
import { type Files, withSession } from './session.ts';

/** What is kept of an answer for one box: its record, by the names of the columns. */
export type GpaSlice = Readonly<Record<string, string>>;

type Answer = ReadonlyMap<string, GpaSlice>;

/** Connects with one customer's login; each request and each collection is a session of its own. */
export function connectGpa(connection: ProviderConnection): RequestDelayedClient {
  const login = { ...connection, timeoutMs: connection.timeoutMs ?? gpaManifest.timeoutMs };
  return {
    async request({ numbers, signal }: BatchRequest): Promise<OrderAnswer> {
      if (numbers.length === 0) return { references: new Map() };
      const id = randomUUID();
      const text = writeRequest([...new Set(numbers.map(normalizeNumber))]);
      await withSession(login, signal, async (files) => {
        await files.write(uploadPath(id), text);
        await files.rename(uploadPath(id), requestPath(id));
      });
      return { references: new Map(numbers.map((number) => [number, `${id}/${normalizeNumber(number)}`])) };
    },
    async collect({ items, signal }: PendingBatch): Promise<Findings> {
      if (items.length === 0) return new Map();
      const ids = new Set(items.map(({ reference }) => readReference(reference).id));
      const answers = await withSession(login, signal, (files) => readAnswers(files, ids));
      return new Map(items.map(({ reference }) => [reference, findingOf(reference, answers)]));
    },
    close: () => undefined,
  };
}

/** `<request>/<number>`: an order is of one box, a file of many. */
function readReference(reference: string): { id: string; number: string } {
  const found = /^([0-9a-f-]{36})\/(.+)$/.exec(reference);
  return { id: found?.[1] ?? '', number: found?.[2] ?? '' };
}

/** Files stay where they are: one is read again for each box of it that is still looked for. */
async function readAnswers(files: Files, ids: ReadonlySet<string>): Promise<Map<string, Answer>> {
  const answers = new Map<string, Answer>();
  for (const id of ids) {
    if (id === '') continue;
    const rows = readAnswer((await files.read(answerPath(id))) ?? '');
    // Of a box that comes twice the last record counts.
    if (rows) answers.set(id, new Map(rows.map((row) => [normalizeNumber(row['Unit Nbr'] ?? ''), row])));
  }
  return answers;
}

/** No file yet, or half of one: it is still waited for. A box that a whole file leaves out is asked for again. */
function findingOf(reference: string, answers: ReadonlyMap<string, Answer>): Finding {
  const { id, number } = readReference(reference);
  if (id === '') return { state: 'void' };
  const answer = answers.get(id);
  if (!answer) return { state: 'waiting' };
  const slice = answer.get(number);
  return slice ? { state: 'found', slice } : { state: 'not_found', isOver: true };
}
