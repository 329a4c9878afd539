export * from './observation.ts';
export * from './trace-state.ts';
