export type {
  CanonicalStatus,
  Change,
  ContainerResult,
  Credential,
  DeliveryState,
  Fee,
  HistoryEntry,
  LastFreeDay,
  ObservationEntry,
  PublishItem,
  ReportName,
  Service,
  StatusEvent,
  StoppedResult,
  StopReason,
  TraceErrorResult,
  TraceExplanation,
  UsageDay,
} from '@envase/contracts';
export { signatureHeaders, verifySignature } from '@envase/contracts';
export type {
  BookingResult,
  Delivery,
  DeliveryWithAttempts,
  EventAnswer,
  HookTest,
  Provider,
  PulledDelivery,
  ReceivedEvent,
  Trace,
  Webhook,
} from './answers.ts';
export { type ClientOptions, createClient, type EnvaseClient } from './client.ts';
export { EnvaseError } from './errors.ts';
export { isBookingResult, isContainerResult, isStopped, isTraceError } from './narrow.ts';
export { type ConsumeOptions, consumeDeliveries } from './pull/consume-deliveries.ts';
export { type CursorStore, createFileCursor } from './pull/cursor-store.ts';
export type { ReceiverOptions } from './receive/judge-delivery.ts';
export { createKoaReceiver, type KoaReceive } from './receive/koa-receiver.ts';
export { createReceiver, type Receive } from './receive/receiver.ts';
export { type DeliveryCheck, type DeliveryVerdict, verifyDelivery } from './receive/verify-delivery.ts';
export type { CallOptions, PostOptions } from './request.ts';
export type { ReportFilters, ReportRows } from './routes/catalogue.ts';
export type { EventFilters, PublishedEvent } from './routes/events.ts';
export type { BookingsToTrace, ContainersToTrace } from './routes/orders.ts';
export type { TraceFilters } from './routes/traces.ts';
export type { WebhookToRegister } from './routes/webhooks.ts';
