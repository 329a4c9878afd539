export { findHookSource, type HookSource, listHookSources } from './hook-sources.ts';
export { type AppointmentResult, readAppointments } from './ictsi/appointments.ts';
export { ictsiId } from './ictsi/hooks.ts';
export * from './provider.ts';
export { findProvider, listManifests, providers } from './registry.ts';
export { createScenarioProvider } from './scenario/provider.ts';
export { findScenario, type Scenario, scenarioNames } from './scenario/scenarios.ts';
export { findSite } from './sites.ts';
export { readTraceFacts } from './trace-facts.ts';
