import { setTimeout as pause } from 'node:timers/promises';
import type { ReceivedEvent } from '@envase/client';
import type { StackFile } from '../launch/stack-file.ts';
import { say } from '../launcher.ts';
import { boxNumber } from './box-number.ts';
import { describeEvent } from './describe-event.ts';
import { type SampleTms, startSampleTms } from './sample-tms.ts';

const places = [
  { providerId: 'apm', siteId: 'USLAX' },
  { providerId: 'bnsf', siteId: '' },
  { providerId: 'dcsa_tnt', siteId: '' },
  { providerId: 'apm', siteId: 'USNWK' },
] as const;

// What the simulator makes of them: mostly the common journey, some holds, fees and boxes that show up late.
const endings = [0, 6, 1, 7, 2, 8] as const;

const first = { count: 24, everyMs: 1_200 };
const later = { everyMs: 12_000 };

/** Publishes containers now and then and prints what the TMS is told, until interrupted. */
export async function runLive(
  file: StackFile,
  by: { tmsPort: number; interrupted: AbortSignal },
): Promise<number> {
  const tms = await startSampleTms({
    platform: file,
    port: by.tmsPort,
    ordered: true,
    onEvent: (event) => say(lineOf(event)),
  });
  say(`The sample TMS takes web-hooks at ${tms.hookUrl}. It is told:\n`);
  try {
    await publishOnAndOn(tms, by.interrupted);
  } finally {
    await tms.stop();
  }
  return 0;
}

async function publishOnAndOn(tms: SampleTms, interrupted: AbortSignal): Promise<void> {
  // Boxes of an earlier run are traced already.
  const start = Math.floor(Math.random() * 90_000);
  for (let n = 0; !interrupted.aborted; n += 1) {
    const { providerId, siteId } = places[n % places.length] ?? places[0];
    const number = boxNumber(start + n, endings[Math.floor(n / places.length) % endings.length] ?? 0);
    const { orgId, svcId } = tms;
    const answer = await tms.envase.traceContainers({ orgId, svcId, providerId, siteId, numbers: [number] });
    say(row(number, `${providerId} ${siteId}`, `published: ${answer.items[0]?.outcome}`));
    await pause(n < first.count ? first.everyMs : later.everyMs, undefined, { signal: interrupted }).catch(
      (error: unknown) => {
        if (!interrupted.aborted) throw error;
      },
    );
  }
}

function lineOf(event: ReceivedEvent): string {
  const { containerNumber, providerId, siteId } = event.payload;
  return row(String(containerNumber ?? ''), `${providerId} ${siteId}`, describeEvent(event));
}

function row(number: string, place: string, what: string): string {
  const time = new Date().toTimeString().slice(0, 8);
  return `${time}  ${number.padEnd(11)}  ${place.padEnd(11)}  ${what}`;
}
