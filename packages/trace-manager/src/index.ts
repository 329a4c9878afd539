export {
  listRules,
  presentRule,
  type RuleOptions,
  type RuleTarget,
  removeRule,
  ruleIdOf,
  setRule,
} from './cadence/rules.ts';
export { type TraceManagerConfig, traceManagerConfig } from './config.ts';
export {
  listPauses,
  type PauseOptions,
  type PauseTarget,
  pause,
  pauseIdOf,
  unpause,
} from './pauses/pause.ts';
export { type ReplayOptions, replay } from './replay/replay.ts';
export { startTraceManager } from './start.ts';
