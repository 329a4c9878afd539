import { describe, expect, it } from 'vitest';
import type { RealTimeProvider } from '../provider.ts';
import { testAnswers } from './answers.ts';
import type { ConformanceCases, MappedProvider, MappingCases } from './cases.ts';
import { testFailing } from './failing.ts';
import { testMapping } from './mapping.ts';

export { type ConformanceCases, type LocalTimeCase, observedAt, type Sample } from './cases.ts';
export { type Peer, type PeerReply, type PeerRequest, startPeer } from './peer.ts';

/**
 * The suite every provider passes (architecture, Workflows; quality R12, R13): its client against a real HTTP server
 * that speaks its wire format well and badly, its mapper against its fixtures, clock changes and junk.
 */
export function describeProvider(provider: RealTimeProvider, cases: ConformanceCases): void {
  describe(`${provider.manifest.id} conforms`, () => {
    testManifest(provider, cases);
    describe('answers', () => testAnswers(provider, cases));
    describe('failures', () => testFailing(provider, cases));
    describe('mapping', () => testMapping(provider, cases));
  });
}

/** The part of the suite that asks nobody, for a provider that is not reached over HTTP: it tests its exchange itself. */
export function describeMapper(provider: MappedProvider, cases: MappingCases): void {
  describe(`${provider.manifest.id} conforms`, () => {
    testManifest(provider, cases);
    describe('mapping', () => testMapping(provider, cases));
  });
}

function testManifest({ manifest }: MappedProvider, cases: MappingCases): void {
  it('has a manifest that fits together', () => {
    const { id, sites, batchSize, timeoutMs, minForceMs, services } = manifest;
    expect(id).toMatch(/^[a-z][a-z0-9_]*$/);
    expect(services).toContain(cases.service);
    expect(new Set(sites.flatMap((site) => [site.id, site.urn])).size).toBe(sites.length * 2);
    for (const { urn, timeZone } of sites) {
      expect(urn).toMatch(/^urn:[a-z0-9][a-z0-9-]{0,30}:[a-z0-9-]+$/);
      expect(Intl.supportedValuesOf('timeZone')).toContain(timeZone);
    }
    for (const figure of [batchSize, timeoutMs, minForceMs]) expect(figure).toBeGreaterThan(0);
  });
}
