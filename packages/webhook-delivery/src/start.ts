import { createDirectoryLoader } from '@envase/db';
import { createSender } from '@envase/egress';
import { createClientDirectory } from '@envase/http';
import { openProgram, type Program } from '@envase/program';
import { createLaneWorker, createPump, watchEpoch, webhookDeliveries } from '@envase/queues';
import { type Clock, createClock, createKeyRing, type MainContext } from '@envase/runtime';
import type { WebhookDeliveryConfig } from './config.ts';
import { createDrainHook } from './drain/drain-hook.processor.ts';
import { createFailingShare } from './drain/failing-share.ts';
import { createQuarantine } from './health/quarantine.ts';
import { watchDeliveries } from './watch-deliveries.ts';

/** Starts the delivery of web-hooks: one lane per hook, and a pump for what became due by time or was lost. */
export async function startWebhookDelivery(
  config: WebhookDeliveryConfig,
  context: MainContext,
): Promise<void> {
  const program = await openProgram({
    ...context,
    name: 'webhook-delivery',
    config,
    isReadyWithoutRedis: false,
  });
  const clock = createClock();
  const drain = await createDrain(program, { config, context, clock });
  const { webhooks } = program.db.repositories;
  const { workerRedis: redis, prefix, gate, logger } = program;
  program.run(
    createLaneWorker(
      webhookDeliveries,
      { 'hook.drain': drain },
      {
        redis,
        prefix,
        logger,
        gate,
        concurrency: config.CONCURRENCY,
        quarantine: createQuarantine({ webhooks, clock }),
      },
    ),
  );
  startPump(program, { context, clock });
}

async function createDrain(
  program: Program,
  by: { config: WebhookDeliveryConfig; context: MainContext; clock: Clock },
) {
  const { config, clock, context } = by;
  const { logger, producer, db } = program;
  const { webhooks, deliveries, events } = db.repositories;
  const directory = createClientDirectory({
    loadChangedSince: createDirectoryLoader(db.repositories),
    logger,
    clock,
  });
  await directory.start();
  context.shutdown.add('client directory', () => directory.stop(), 'stores');
  const sender = createSender({ policy: { allowHosts: config.ALLOW_HTTP_HOOKS }, logger });
  context.shutdown.add('sender', () => sender.close(), 'queues');
  const watch = watchDeliveries({ deliveries, clock, metrics: program.metrics, logger });
  context.shutdown.add('delivery watch', () => watch.stop());
  return createDrainHook({
    webhooks,
    deliveries,
    events,
    directory,
    producer,
    sender,
    clock,
    logger,
    ring: createKeyRing(config.KEY_RING),
    failing: createFailingShare(Math.ceil(config.CONCURRENCY / 2)),
    isStopping: () => context.shutdown.isStopping(),
    random: Math.random,
    count: watch.count,
    countEnded: (owner, state) => program.usage.add(owner, state === 'dead' ? 'failed' : state),
  });
}

function startPump(program: Program, { context, clock }: { context: MainContext; clock: Clock }): void {
  const { workerRedis: redis, prefix, producer, logger, db } = program;
  const pump = createPump({
    redis,
    prefix,
    logger,
    queue: webhookDeliveries,
    jobName: 'hook.drain',
    producer,
    due: async (limit) => {
      const { deliveries, webhooks } = db.repositories;
      const now = new Date(clock.now());
      const hooks = [
        ...(await webhooks.findOwing(now, limit)),
        ...(await deliveries.hooksWithDue(now, limit)),
      ];
      return hooks.slice(0, limit).map(({ webhookId }) => ({ laneId: webhookId, data: { webhookId } }));
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
  context.shutdown.add('epoch watch', () => epoch.stop());
}
