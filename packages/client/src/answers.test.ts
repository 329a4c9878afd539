import type {
  bookingResult,
  deliveryAnswer,
  deliveryWithAttempts,
  providerAnswer,
  storedEvent,
  traceAnswer,
  webhookAnswer,
} from '@envase/contracts';
import { expectTypeOf, it } from 'vitest';
import type * as plain from './answers.ts';

/** What a schema lets through, as its own library says it. */
type Output<Schema extends { _output: unknown }> = Schema['_output'];

// Judged by the compiler: a schema that changes without its plain type here does not compile.
it('declares answers as the schemas that validate them do, neither more nor less', () => {
  expectTypeOf<plain.BookingResult>().toExtend<Output<typeof bookingResult>>();
  expectTypeOf<Output<typeof bookingResult>>().toExtend<plain.BookingResult>();
  expectTypeOf<plain.Delivery>().toExtend<Output<typeof deliveryAnswer>>();
  expectTypeOf<Output<typeof deliveryAnswer>>().toExtend<plain.Delivery>();
  expectTypeOf<plain.DeliveryWithAttempts>().toExtend<Output<typeof deliveryWithAttempts>>();
  expectTypeOf<Output<typeof deliveryWithAttempts>>().toExtend<plain.DeliveryWithAttempts>();
  expectTypeOf<plain.Provider>().toExtend<Output<typeof providerAnswer>>();
  expectTypeOf<Output<typeof providerAnswer>>().toExtend<plain.Provider>();
  expectTypeOf<plain.ReceivedEvent>().toExtend<Output<typeof storedEvent>>();
  expectTypeOf<Output<typeof storedEvent>>().toExtend<plain.ReceivedEvent>();
  expectTypeOf<plain.Webhook>().toExtend<Output<typeof webhookAnswer>>();
  expectTypeOf<Output<typeof webhookAnswer>>().toExtend<plain.Webhook>();
  expectTypeOf<plain.Trace>().toExtend<Output<typeof traceAnswer>>();
  // Which state goes with which type, the schema does not say.
  type WithoutState = Omit<Output<typeof traceAnswer>, 'type' | 'state'>;
  expectTypeOf<WithoutState>().toExtend<Omit<plain.Trace, 'type' | 'state'>>();
});
