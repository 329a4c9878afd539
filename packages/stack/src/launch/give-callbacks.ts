import { callbacksOf, type StackSettings } from './environment.ts';

/** Registers our address at the simulated providers that notify, as an operator does once at the vendor. */
export async function giveCallbacks(settings: Pick<StackSettings, 'ports'>): Promise<void> {
  for (const { at, authorization, url } of callbacksOf(settings)) {
    const response = await fetch(at, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ url, active: true, events: ['*'] }),
    });
    if (!response.ok) throw new Error(`${at} answered ${response.status}`);
  }
}
