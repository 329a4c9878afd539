import urls from './fixtures/ssrf-urls.json' with { type: 'json' };

/** URLs that must be refused at registration and at each send, with what is wrong with them (quality S4). */
export const REFUSED_URLS = Object.entries(urls.refused).flatMap(([why, list]) =>
  list.map((url) => [why, url] as const),
);

/** URLs that are fine: a name is judged when it is sent to, whatever it may resolve to then. */
export const ACCEPTED_URLS: readonly string[] = urls.accepted;
