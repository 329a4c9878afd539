export {
  type AdminServer,
  type AdminServerOptions,
  type Readiness,
  startAdminServer,
} from './admin-server.ts';
export { type Clock, createClock, createTestClock, type TestClock } from './clock.ts';
export { ConfigError, loadConfig } from './config.ts';
export { AppError, type AppErrorOptions, asError, type ErrorCode, type ErrorDetail } from './errors.ts';
export {
  armFailpoints,
  clearFailpoints,
  type FailpointAction,
  FailpointError,
  failpoint,
  setFailpoint,
} from './failpoints.ts';
export { derivedEventId, deterministicUuid, hashId, newEventId, newUuid, randomSecret } from './ids.ts';
export {
  createKeyRing,
  type KeyRing,
  type KeyRingConfig,
  keyedHash,
  parseKeyRing,
  safeEqual,
} from './key-ring.ts';
export {
  createLogger,
  createRateLimitedLog,
  type Logger,
  type LoggerOptions,
  type RateLimitedLog,
} from './logger.ts';
export { type Looking, lookAgain } from './look-again.ts';
export { createMetrics, type MetricOptions, type Metrics } from './metrics.ts';
export {
  hostsVariable,
  jsonVariable,
  keyRingVariable,
  portVariable,
  programVariables,
  queueVariables,
  speedVariable,
} from './program-config.ts';
export { redactText } from './redact.ts';
export { repeatTask } from './repeat-task.ts';
export { type MainContext, type MainOptions, runMain } from './run-main.ts';
export { createShutdown, type Shutdown, type StopStage } from './shutdown.ts';
