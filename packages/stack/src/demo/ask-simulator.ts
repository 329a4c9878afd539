import type { StackFile } from '../launch/stack-file.ts';

/** A question to the control API of a stack's simulator, or an order; throws with what it answered where it refuses. */
export async function askSimulator(
  { urls }: Pick<StackFile, 'urls'>,
  path: string,
  order?: object,
): Promise<unknown> {
  const response = await fetch(`${urls.simulator}${path}`, {
    ...(order
      ? { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(order) }
      : {}),
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return response.json();
}
