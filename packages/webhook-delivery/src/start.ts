import { createSender } from '@envase/egress';
import { createClientDirectory } from '@envase/http';
import { openProgram } from '@envase/program';
import { createLaneWorker, createPump, watchEpoch, webhookDeliveries } from '@envase/queues';
import { createClock, createKeyRing, type MainContext, parseKeyRing } from '@envase/runtime';
import type { WebhookDeliveryConfig } from './config.ts';
import { createDrainHook } from './drain/drain-hook.processor.ts';

/** Starts the delivery of web-hooks: one lane per hook, and a pump for what became due by time or was lost. */
export async function startWebhookDelivery(
  config: WebhookDeliveryConfig,
  context: MainContext,
): Promise<void> {
  const { logger, shutdown } = context;
  const program = await openProgram({
    name: 'webhook-delivery',
    config,
    logger,
    shutdown,
    isReadyWithoutRedis: false,
  });
  const { producer, prefix, gate, workerRedis: redis, db } = program;
  const { webhooks, deliveries, events, clients, revocations } = db.repositories;
  const clock = createClock();
  const directory = createClientDirectory({
    loadChangedSince: async (since) => ({
      clients: await clients.findChangedSince(since),
      revocations: await revocations.findRevokedSince(since),
    }),
    logger,
    clock,
  });
  await directory.start();
  shutdown.add('client directory', () => directory.stop(), 'stores');
  const sender = createSender({ policy: { allowHosts: config.ALLOW_HTTP_HOOKS }, logger });
  shutdown.add('sender', () => sender.close(), 'queues');
  const ring = createKeyRing(parseKeyRing(config.KEY_RING));
  const drain = createDrainHook({
    webhooks,
    deliveries,
    events,
    directory,
    producer,
    sender,
    ring,
    clock,
    logger,
    random: Math.random,
  });
  const shared = { redis, prefix, logger };
  program.run(
    createLaneWorker(
      webhookDeliveries,
      { 'hook.drain': drain },
      { ...shared, gate, concurrency: config.CONCURRENCY },
    ),
  );
  const pump = createPump({
    ...shared,
    queue: webhookDeliveries,
    jobName: 'hook.drain',
    producer,
    due: async (limit) => {
      const hooks = await deliveries.hooksWithDue(new Date(clock.now()), limit);
      return hooks.map(({ webhookId }) => ({ laneId: webhookId, data: { webhookId } }));
    },
  });
  program.run(pump);
  const epoch = watchEpoch({
    redis: program.producerRedis,
    logger,
    prefix,
    name: 'webhook-delivery',
    onFlush: () => pump.revive(),
  });
  shutdown.add('epoch watch', () => epoch.stop());
}
