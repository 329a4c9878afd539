import type { TraceErrorCode } from '@envase/contracts';
import { ProviderError } from '../provider.ts';

/** What a session that broke means. The cause keeps the level only: messages of servers may name a user or a path. */
export function failureOfSession(error: unknown, timedOut: boolean): ProviderError {
  if (error instanceof ProviderError) return error;
  const level = wordOf(error, 'level');
  const cause = new Error(`ssh ${level || wordOf(error, 'code')}`.trim());
  if (timedOut || level === 'client-timeout')
    return new ProviderError('provider_timeout', 'The file exchange did not answer in time', { cause });
  const [code, message] =
    level === 'client-authentication' ? refused : (byCode[wordOf(error, 'code')] ?? broken);
  return new ProviderError(code, message, { cause });
}

type Failure = readonly [code: TraceErrorCode, message: string];

const refused: Failure = ['login_failed', 'The file exchange refused the login'];
const broken: Failure = ['provider_unavailable', 'The file exchange could not be reached'];

/** Status codes of SFTP (draft-ietf-secsh-filexfer-02, s7). */
const byCode: Readonly<Record<string, Failure>> = {
  2: ['provider_answer', 'The file exchange has not the folders that are expected'],
  3: ['login_failed', 'The file exchange does not let this login read or write'],
  4: ['provider_answer', 'The file exchange failed'],
};

function wordOf(error: unknown, member: 'level' | 'code'): string {
  if (typeof error !== 'object' || error === null || !(member in error)) return '';
  const value = Object.entries(error).find(([name]) => name === member)?.[1];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
