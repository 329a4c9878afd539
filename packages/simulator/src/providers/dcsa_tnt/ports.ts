/** A place of a voyage. */
export interface Port {
  UNLocationCode: string;
  locationName: string;
  facilityCode: string;
  zone: string;
}

export const ports = {
  load: { UNLocationCode: 'CNSHA', locationName: 'Shanghai', facilityCode: 'SHG', zone: 'Asia/Shanghai' },
  between: { UNLocationCode: 'KRPUS', locationName: 'Busan', facilityCode: 'BNP', zone: 'Asia/Seoul' },
  discharge: {
    UNLocationCode: 'USLAX',
    locationName: 'Los Angeles',
    facilityCode: 'APM',
    zone: 'America/Los_Angeles',
  },
} as const satisfies Record<string, Port>;
