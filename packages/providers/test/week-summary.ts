import { findProvider } from '../src/registry.ts';
import type { Latency, Story } from './week-trace.ts';

/** Figures of a provider's part of the week, or of all of it. */
export interface Figures {
  containers: number;
  /** Questions about a box. */
  asks: number;
  /** Questions of one second and site share a request up to the batch size, as the pump lets them. */
  requests: number;
  failures: number;
  deliveries: number;
  latencies: readonly Latency[];
}

export function sumUp(stories: readonly Story[]): Figures {
  const count = (of: (story: Story) => readonly unknown[]) =>
    stories.reduce((sum, story) => sum + of(story).length, 0);
  return {
    containers: stories.length,
    asks: count(({ asks }) => asks),
    requests: countRequests(stories),
    failures: count(({ failures }) => failures),
    deliveries: count(({ deliveries }) => deliveries),
    latencies: stories.flatMap(({ latencies }) => latencies),
  };
}

function countRequests(stories: readonly Story[]): number {
  const places = Map.groupBy(stories, ({ box }) => `${box.providerId} ${box.siteId}`);
  return [...places.values()].reduce((sum, own) => sum + countAt(own), 0);
}

function countAt(stories: readonly Story[]): number {
  const [first] = stories;
  const batchSize = (first && findProvider(first.box.providerId)?.manifest.batchSize) ?? 1;
  const bySecond = new Map<number, number>();
  for (const at of stories.flatMap(({ asks }) => asks)) {
    const second = Math.floor(at / 1_000);
    bySecond.set(second, (bySecond.get(second) ?? 0) + 1);
  }
  return [...bySecond.values()].reduce((sum, count) => sum + Math.ceil(count / batchSize), 0);
}

/** The value below which that share of the values lies; 0 of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** One line: what was asked, what it cost, and how late changes were told, against the times the cadence chose. */
export function describeFigures(name: string, figures: Figures): string {
  const { containers, asks, requests, failures, deliveries, latencies } = figures;
  const minutes = (of: (latency: Latency) => number, share: number) =>
    (quantile(latencies.map(of), share) / 60_000).toFixed(1);
  const told = ({ ms }: Latency) => ms;
  const best = ({ bestMs }: Latency) => bestMs;
  return [
    `${name.padEnd(14)} ${containers} containers, ${asks} asks in ${requests} requests`,
    `${(requests / containers).toFixed(1)} per container and ${(requests / deliveries).toFixed(2)} per delivery`,
    `${failures} failed`,
    `${deliveries} deliveries`,
    `change to web-hook p50 ${minutes(told, 0.5)} min (best ${minutes(best, 0.5)})`,
    `p95 ${minutes(told, 0.95)} min (best ${minutes(best, 0.95)})`,
  ].join(', ');
}
