import { createHmac } from 'node:crypto';
import { uuidOf } from '../../hash.ts';
import type { Outgoing } from '../../notifications/post-office.ts';
import type { World } from '../../world/world.ts';
import { versionHeaders } from './errors.ts';
import { eventsOf, settingsOf } from './events.ts';
import type { DcsaEvent } from './render.ts';
import { type Subscription, subscriptionsOf } from './subscriptions.ts';

function messageOf(world: World, subscription: Subscription, events: readonly DcsaEvent[]): Outgoing {
  const { id: subscriptionId, callbackUrl: url, secret } = subscription;
  const body = JSON.stringify(events);
  const key = Buffer.from(secret, 'base64');
  const headers = {
    ...versionHeaders,
    'content-type': 'application/json',
    'Subscription-ID': subscriptionId,
    'Notification-Signature': `sha256=${createHmac('sha256', key).update(body).digest('hex')}`,
  };
  const names = events.map(({ eventID }) => eventID);
  return { id: uuidOf(world.seed, 'dcsa_tnt', subscriptionId, ...names), url, headers, body };
}

function tellOf(world: World, subscription: Subscription): Outgoing[] {
  const fresh = eventsOf(world, subscription, world.now()).filter(
    ({ eventID }) => !subscription.told.has(eventID),
  );
  for (const { eventID } of fresh) subscription.told.add(eventID);
  return fresh.length > 0 ? [messageOf(world, subscription, fresh)] : [];
}

/** Tells every subscription of the events that came since, all of them in one body. */
export function createNotifier(world: World): () => Outgoing[] {
  return () => {
    const { duplicates, silent } = settingsOf(world);
    if (silent) return [];
    const told = [...subscriptionsOf(world).values()].flatMap((one) => tellOf(world, one));
    return duplicates ? told.flatMap((one) => [one, one]) : told;
  };
}
