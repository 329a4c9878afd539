export { readEngineConfig } from './config.ts';
export { EngineError, type Report, type RunningEngine } from './engine.ts';
export { findEngines } from './find-engines.ts';
export { findFreePort } from './free-port.ts';
export { type GuardOptions, guardChild } from './guard-child.ts';
export { type MongoOptions, startMongo } from './mongo.ts';
export { type RedisOptions, startRedis } from './redis.ts';
export { type Engines, type EnginesOptions, startEngines } from './start-engines.ts';
