export * from './provider.ts';
export { findProvider, listManifests, providers } from './registry.ts';
export { findSite } from './sites.ts';
