export { type ConnectDataConfig, connectDataConfig } from './config.ts';
export { type ExportOptions, exportReport } from './reports/export-report.ts';
export { startConnectData } from './start.ts';
export { explainTrace } from './traces/explain-trace.ts';
