export { type OpsConfig, opsConfig } from './config.ts';
export { boardPath, type OpsContext, startOps } from './start.ts';
