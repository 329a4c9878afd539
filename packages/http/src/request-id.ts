import { newUuid } from '@envase/runtime';

const REQUEST_ID = /^[\w.-]{1,64}$/;

/** The caller's own `X-Request-Id` where it is harmless in a log, else a new one. */
export function chooseRequestId(given: string | undefined): string {
  return given !== undefined && REQUEST_ID.test(given) ? given : newUuid();
}
