export { type App, type AppOptions, createApp } from './app.ts';
export { type AuditOptions, createAudit } from './audit/audit.ts';
export { auditCommand, type Changed, type CommandCall } from './audit/audit-command.ts';
export type { AuditCall, AuditMark, AuditOutcome, AuditRow, AuditStore } from './audit/audit-store.ts';
export type { AuditVerdict, ChainFault } from './audit/judge-chain.ts';
export { settleAudit } from './audit/settle-audit.ts';
export { type AuditReport, verifyAudit, verifyAuditCommand } from './audit/verify-audit.ts';
export {
  type Authenticator,
  type AuthenticatorOptions,
  type Caller,
  createAuthenticator,
} from './authentication/authenticator.ts';
export {
  type ClientDirectory,
  type ClientDirectoryOptions,
  createClientDirectory,
  type DirectoryChanges,
  type DirectoryClient,
  type DirectoryRevocation,
} from './authentication/client-directory.ts';
export { createJwksSource, type JwksSourceOptions } from './authentication/jwks-source.ts';
export {
  createTokenVerifier,
  type JwksSource,
  LEEWAY_SECONDS,
  type TokenVerifier,
  type VerifiedToken,
} from './authentication/token-verifier.ts';
export { type ApiInfo, describeApi } from './description/describe-api.ts';
export { createSchemaWriter, type JsonSchema, type SchemaWriter } from './description/describe-schema.ts';
export { documentRoute } from './description/document-route.ts';
export { judgeAnswer } from './description/judge-answer.ts';
export {
  type AnyInput,
  type AuditNote,
  type DescribedAnswer,
  type DescribedBody,
  type DescribedMore,
  type Endpoint,
  type EndpointSpec,
  endpoint,
  type HandlerInput,
  type Reply,
} from './endpoint.ts';
export { HeaderedError } from './error-answer.ts';
export { createIdempotency, type IdempotencyOptions } from './idempotency/idempotency.ts';
export type {
  IdempotencyBegin,
  IdempotencyClaim,
  IdempotencyStore,
} from './idempotency/idempotency-store.ts';
export { namedOrganization, namedService } from './named-owner.ts';
export {
  type AppRouter,
  type Around,
  createRouter,
  type Method,
  type Route,
  type RouterOptions,
} from './router.ts';
export { type HttpServer, startServer } from './server.ts';
export type { AppMiddleware } from './state.ts';
export { type Allowance, createTokenBucket, rateLimitHeaders, type TokenBucket } from './token-bucket.ts';
