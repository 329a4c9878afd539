/** Ways in which a provider can fail on order. README says what each does to an answer. */
export const faultKinds = [
  'unavailable',
  'server_error',
  'gateway_timeout',
  'slow',
  'hang',
  'reset',
  'truncated',
  'garbage',
  'empty',
  'html200',
  'unauthorized',
  'forbidden',
  'rate_limited',
  'half_batch',
  'duplicate_rows',
  'foreign_rows',
  'wrong_type',
] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface Fault {
  providerId: string;
  kind: FaultKind;
  /** Only this operation; null: whatever the kind makes sense for. */
  operation: string | null;
  /** Epoch milliseconds; null: until it is deleted. */
  until: number | null;
}

// These are about rights and rows: a token endpoint and a liveness probe have neither.
const aboutData: ReadonlySet<FaultKind> = new Set([
  'unauthorized',
  'forbidden',
  'half_batch',
  'duplicate_rows',
  'foreign_rows',
  'wrong_type',
]);

export interface Faults {
  add(fault: Fault): void;
  /** Ends all faults, or those of one provider; answers how many. */
  clear(providerId?: string): number;
  /** Faults that stand now, oldest first. */
  standing(providerId?: string): Fault[];
  /** Those that strike this operation now. */
  striking(target: { providerId: string; operation: string; isData: boolean }): Fault[];
}

export function createFaults(now: () => number): Faults {
  let faults: Fault[] = [];
  function standing(providerId?: string): Fault[] {
    faults = faults.filter((fault) => fault.until === null || fault.until > now());
    return faults.filter((fault) => providerId === undefined || fault.providerId === providerId);
  }
  return {
    add(fault) {
      faults.push(fault);
    },
    clear(providerId) {
      const ended = standing(providerId);
      faults = faults.filter((fault) => !ended.includes(fault));
      return ended.length;
    },
    standing,
    striking({ providerId, operation, isData }) {
      return standing(providerId).filter((fault) =>
        fault.operation === null ? isData || !aboutData.has(fault.kind) : fault.operation === operation,
      );
    },
  };
}
