import type { ApiInfo } from '@envase/http';

/** What the description says before its routes (contract s2). */
export const apiInfo: ApiInfo = {
  title: 'Envase Trace: Connect Data',
  version: '1',
  description: `Publish a container or booking once; what changes about it is sent to your web-hooks, signed, until it is done.

Every documented generation of spellings is taken, and unknown properties are ignored. Answers may gain properties at any time.
What web-hooks receive is described by [asyncapi.json](/api/asyncapi.json).

Every path answers \`405\` with \`Allow\` to a method that it does not have, and refuses a token in the URL. Bodies are JSON in UTF-8
without \`Content-Encoding\`, at most 256 KiB, 32 levels deep, 1,000 elements to a list.`,
  tags: {
    events: 'Publish, and read what was published and told.',
    webhooks: 'Who hears of what, and how it went.',
    deliveries: 'What became of each event on its way to a web-hook.',
    traces: 'What is known of a box, how it came about, and when it is looked at next.',
    containers: 'All traces of one box.',
    providers: 'Whom we can ask, for what, and how they do.',
    credentials: 'Your own logins at providers.',
    usage: 'What you have used, by day.',
    reports: 'Figures by day and place, as JSON, CSV or Parquet.',
    openapi: 'This document.',
    asyncapi: 'What web-hooks receive.',
    docs: 'This document for people.',
    tracehooks: 'What providers send by themselves; not for clients.',
    ictsi: 'The same at its documented path.',
  },
};
