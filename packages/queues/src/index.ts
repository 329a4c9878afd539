export { RateLimitError, UnrecoverableError } from 'bullmq';
export { type BoardQueue, type BoardQueues, openQueues, type QueueMetric } from './board.ts';
export {
  defineQueue,
  type JobData,
  type JobName,
  type JobSchemas,
  type QueueDefinition,
} from './define-queue.ts';
export { type EpochOptions, type EpochWatch, watchEpoch } from './epoch.ts';
export {
  createLaneWorker,
  type LaneWorker,
  type LaneWorkerOptions,
  type LaneWorkerSettings,
} from './lane-worker.ts';
export type { OpenQueueOptions } from './open-queue.ts';
export { DEFAULT_PREFIX } from './prefix.ts';
export type { JobContext, Processors } from './process-job.ts';
export {
  createProducer,
  type LaneItem,
  type LanePriority,
  type Producer,
  type QueueCounts,
} from './producer.ts';
export { createPump, type Pump, type PumpOptions } from './pump.ts';
export {
  connectEvents,
  inbox,
  providerRetrievals,
  pumpQueue,
  traceQueue,
  traceRequests,
  traceResults,
  webhookDeliveries,
  workQueues,
} from './queues.ts';
export { assertRedisPolicy, connectRedis, type Redis, type RedisConfig } from './redis.ts';
export { createRequestBudget, type RequestBudget, type RequestLimits } from './request-budget.ts';
export { createSoloGate, type SoloGate } from './solo-gate.ts';
export type { SuspectHooks, SuspectJob } from './suspects.ts';
