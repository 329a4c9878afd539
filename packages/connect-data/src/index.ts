export { type ConnectDataConfig, connectDataConfig } from './config.ts';
export { startConnectData } from './start.ts';
export { explainTrace } from './traces/explain-trace.ts';
