export { type TraceManagerConfig, traceManagerConfig } from './config.ts';
export { type ReplayOptions, replay } from './replay/replay.ts';
export { startTraceManager } from './start.ts';
