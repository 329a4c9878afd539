export { openProgram, type Program, type ProgramConfig, type ProgramOptions } from './open-program.ts';
