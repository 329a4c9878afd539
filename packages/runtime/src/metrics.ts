import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export interface MetricOptions<L extends string> {
  name: string;
  help: string;
  /** Names of labels; values must be few and never hold customer data. */
  labels?: readonly L[];
}

/** A program's metrics. Asking for a name again answers with the metric that is there. */
export interface Metrics {
  readonly registry: Registry;
  counter<L extends string = never>(options: MetricOptions<L>): Counter<L>;
  gauge<L extends string = never>(options: MetricOptions<L>): Gauge<L>;
  histogram<L extends string = never>(
    options: MetricOptions<L> & { buckets?: readonly number[] },
  ): Histogram<L>;
}

/** A registry of its own with the default process metrics, every sample labelled with the program. */
export function createMetrics(program: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ program });
  collectDefaultMetrics({ register: registry });
  const existing = (name: string) => registry.getSingleMetric(name);
  return {
    registry,
    counter(options) {
      const found = existing(options.name);
      // The cast: the labels of a metric are not kept at run time; one name has one maker.
      if (found instanceof Counter) return found as Counter<never>;
      return new Counter(settings(options, registry));
    },
    gauge(options) {
      const found = existing(options.name);
      // The cast: as above.
      if (found instanceof Gauge) return found as Gauge<never>;
      return new Gauge(settings(options, registry));
    },
    histogram(options) {
      const found = existing(options.name);
      // The cast: as above.
      if (found instanceof Histogram) return found as Histogram<never>;
      const buckets = options.buckets ? { buckets: [...options.buckets] } : {};
      return new Histogram({ ...settings(options, registry), ...buckets });
    },
  };
}

function settings<L extends string>(options: MetricOptions<L>, registry: Registry) {
  return { name: options.name, help: options.help, labelNames: options.labels ?? [], registers: [registry] };
}
