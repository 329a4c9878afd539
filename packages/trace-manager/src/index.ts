export { type TraceManagerConfig, traceManagerConfig } from './config.ts';
export { startTraceManager } from './start.ts';
