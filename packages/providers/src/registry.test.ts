import { services } from '@envase/contracts';
import { findNearMatches } from '@envase/domain';
import { describe, expect, it } from 'vitest';
import { findProvider, listManifests, providers } from './registry.ts';
import { findSite } from './sites.ts';

describe('registry', () => {
  it('finds a provider in every spelling of its id, and none that is not there', () => {
    for (const id of ['dcsa_tnt', 'dcsa-tnt', ' DCSA-TNT ']) {
      expect(findProvider(id)?.manifest.id).toBe('dcsa_tnt');
    }
    for (const id of ['', 'nobody', 'constructor', '__proto__', 'scenario']) {
      expect(findProvider(id)).toBeNull();
    }
  });

  it('lists each manifest once, by id', () => {
    expect(listManifests().map(({ id }) => id)).toEqual([
      'apm',
      'bnsf',
      'cn',
      'dcsa_tnt',
      'emodal',
      'gpa',
      'port_virginia',
      'sprintpass_pro',
      'terminal49',
      'terminal49_poll',
      'trapac',
      'vizion',
    ]);
    expect(Object.entries(providers).every(([id, { manifest }]) => manifest.id === id)).toBe(true);
  });

  it.each([
    ['amp', ['apm']],
    ['bnfs', ['bnsf']],
    ['nc', ['cn']],
    ['dcsa', ['dcsa_tnt']],
    ['port-of-virginia', ['port_virginia']],
    ['virginia', ['port_virginia']],
    ['tarpac', ['trapac']],
    ['csx', []],
    ['up', []],
    ['canadian_national', []],
  ])('has for %j the near matches %j', (word, near) => {
    const ids = listManifests().map(({ id }) => id);
    expect(findNearMatches(word, ids)).toEqual(near);
  });

  it('offers known services only, and bookings where the contract has them', () => {
    for (const { id, services: offered } of listManifests()) {
      expect(offered.length).toBeGreaterThan(0);
      for (const service of offered) expect(services).toContain(service);
      if (offered.includes('booking')) expect(['apm', 'ictsi', 'lbct', 'port_houston']).toContain(id);
    }
  });

  it('finds a site by id or URN whatever its case, and none for a blank', () => {
    const [apm] = listManifests();
    if (!apm) throw new Error('no apm');
    expect(findSite(apm, 'uslax')?.urn).toBe('urn:apm:uslax');
    expect(findSite(apm, 'URN:APM:USNWK')?.id).toBe('USNWK');
    expect(findSite(apm, '')).toBeNull();
    expect(findSite(apm, 'USXXX')).toBeNull();
  });
});
