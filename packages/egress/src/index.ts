export { isPublicAddress } from './address.ts';
export type { Dial } from './connector.ts';
export type { SendResult } from './exchange.ts';
export type { SendErrorKind } from './failure.ts';
export { type EgressPolicy, judgeUrl, type Verdict } from './judge-url.ts';
export { createDnsLookup, type Lookup } from './lookup.ts';
export { type OpenHook, openHook, type SealedHook, signPost } from './open-hook.ts';
export {
  createSender,
  type Sender,
  type SenderOptions,
  type SendInput,
  type SendTimeouts,
} from './sender.ts';
