import type * as contracts from '@envase/contracts';
import { expectTypeOf, it } from 'vitest';
import type { HistoryEntry, ObservationEntry, TraceExplanation } from './answers.ts';

// Judged by the compiler: a schema that changes without its plain type here does not compile.
it('declares answers as the schemas that validate them do, neither more nor less', () => {
  expectTypeOf<HistoryEntry>().toExtend<contracts.HistoryEntry>();
  expectTypeOf<contracts.HistoryEntry>().toExtend<HistoryEntry>();
  expectTypeOf<ObservationEntry>().toExtend<contracts.ObservationEntry>();
  expectTypeOf<contracts.ObservationEntry>().toExtend<ObservationEntry>();
  expectTypeOf<TraceExplanation>().toExtend<contracts.TraceExplanation>();
  expectTypeOf<contracts.TraceExplanation>().toExtend<TraceExplanation>();
});
