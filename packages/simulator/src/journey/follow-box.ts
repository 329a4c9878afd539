import type { CanonicalStatus } from '@envase/contracts';
import { findScript } from '../journeys/catalogue.ts';
import { findProvider } from '../providers/registry.ts';
import { boxState, instantOf, type StatedEstimate, type Trip } from './box-state.ts';
import type { Milestone } from './script.ts';

export interface FollowOrder {
  providerId: string;
  number: string;
  journey: string;
  /** A site of the provider; null where it has one only. */
  site: string | null;
  seed: string;
  /** Epoch milliseconds. */
  startAt: number;
  speed?: number;
}

/** A box on its way, in process: what is true of it, and what its provider says. Instants are epoch milliseconds. */
export interface FollowedBox {
  /** `readableAs`: statuses that a reader of this provider's wire may rightly conclude from then on. */
  steps: readonly {
    id: string;
    at: number;
    status: CanonicalStatus;
    readableAs: readonly CanonicalStatus[];
    marks: readonly Milestone[];
  }[];
  /** The status in which tracing of it ends. */
  end: CanonicalStatus;
  /** Every estimate that is made on the way. */
  estimates: readonly StatedEstimate[];
  appointments: readonly number[];
  /** The vendor's answers about it at an instant, as the server renders them; null while it does not know the box. */
  tell(at: number): readonly unknown[] | null;
}

/** Follows one box without a server. Pure: equal orders tell the same. Throws for an unknown provider or journey. */
export function followBox({ providerId, journey, speed = 1, ...about }: FollowOrder): FollowedBox {
  const provider = findProvider(providerId);
  const script = findScript(journey);
  if (!provider || !script) throw new RangeError(`${providerId} has no journey ${journey}`);
  const trip: Trip = { ...about, script, speed };
  const steps = script.steps.map((step) => ({
    id: step.id,
    at: instantOf(trip, step),
    status: step.status,
    readableAs: provider.readableAs[step.status] ?? [step.status],
    marks: step.marks ?? [],
  }));
  const states = steps.map(({ at }) => boxState(trip, at));
  return {
    steps,
    end: script.end,
    estimates: states.at(-1)?.estimates ?? [],
    appointments: states.flatMap(({ appointmentAt }) => appointmentAt ?? []),
    tell(at) {
      const state = boxState(trip, at);
      return state.found ? provider.tell({ trip, state }) : null;
    },
  };
}
