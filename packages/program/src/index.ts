export { openProgram, type Program, type ProgramConfig, type ProgramOptions } from './open-program.ts';
export { createUsageTally, type UsageTally } from './usage-tally.ts';
