import type { Clock } from '@envase/runtime';
import {
  type BatchRequest,
  ProviderError,
  type ProviderManifest,
  type RealTimeProvider,
} from '../provider.ts';
import { mapScenario } from './map.ts';
import { playScenario, type ScenarioSlice } from './play.ts';
import { findScenario, scenarioNames } from './scenarios.ts';

const scenarioManifest: ProviderManifest = {
  id: 'scenario',
  name: 'Built-in scenarios of test traces',
  workflow: 'real_time',
  type: 'terminal',
  services: ['availability', 'export', 'empty', 'booking'],
  sites: [],
  // Two test traces of one box may play different scenarios.
  batchSize: 1,
  limits: {},
  minForceMs: 1_000,
  timeoutMs: 1_000,
  credentials: { owner: 'none', fields: [] },
  dataGaps: [],
  mapperVersion: '2',
};

/**
 * The provider that answers every test trace instead of the published one; not in the registry, since nobody publishes
 * to it. It asks nobody: what it says follows from the scenario, the beginning of the trip and the clock.
 */
export function createScenarioProvider(clock: Clock): RealTimeProvider {
  return {
    manifest: scenarioManifest,
    map: mapScenario,
    connect: () => ({
      async trace(batch) {
        batch.signal.throwIfAborted();
        const slice = play(batch, clock);
        return { slices: new Map(slice ? batch.numbers.map((number) => [number, slice]) : []) };
      },
      close: () => undefined,
    }),
  };
}

/** Throws RangeError for a batch without a trip or with an unknown scenario: a publish names only known ones. */
function play({ trip, service }: BatchRequest, clock: Clock): ScenarioSlice | null {
  const scenario = trip && findScenario(trip.scenario);
  if (!trip || !scenario) throw new RangeError(`A test trace plays one of ${scenarioNames.join(', ')}`);
  if (scenario.fails) throw new ProviderError(scenario.fails, `The scenario "${scenario.name}" fails`);
  return playScenario(scenario, {
    service,
    startedAt: trip.startedAt,
    nowMs: clock.now(),
    speed: clock.speed,
  });
}
