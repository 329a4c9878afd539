import type { ReceivedEvent } from '../answers.ts';

/** Runs `onEvent` once per id: one that is running is awaited, one that ended well is not run again. */
export function createOnce(
  onEvent: (event: ReceivedEvent) => void | Promise<void>,
  rememberIds: number,
): (event: ReceivedEvent) => Promise<void> {
  const handled = new Map<string, Promise<void>>();
  return (event) => {
    const known = handled.get(event.id);
    if (known) return known;
    const running = (async () => onEvent(event))();
    handled.set(event.id, running);
    running.catch(() => handled.delete(event.id));
    const [oldest] = handled.keys();
    if (handled.size > rememberIds && oldest !== undefined) handled.delete(oldest);
    return running;
  };
}
