export * from './documents.ts';
export * from './repositories.ts';
