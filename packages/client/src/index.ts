export { signatureHeaders, verifySignature } from '@envase/contracts';
export {
  type ClientOptions,
  type ContainersToTrace,
  createClient,
  type EnvaseClient,
  type EventAnswer,
  type PublishedEvent,
  type PublishOptions,
  type Webhook,
  type WebhookToRegister,
} from './client.ts';
export { EnvaseError } from './errors.ts';
export { createReceiver, type Receive, type ReceivedEvent, type ReceiverOptions } from './receiver.ts';
