import type { StackFile } from './launch/stack-file.ts';

/** Addresses, logins and engines of a running stack, for the person who started it. */
export function describeStack(file: StackFile, dataDir: string): string {
  const { urls, client, admin, operator, engine } = file;
  const rows = [
    ['Connect Data', `${urls.connectData}/api`],
    ['Identity Manager', `${urls.identityManager}/oauth2/token`],
    ['Bull Board', `${urls.ops}/queues   user ${operator.username}, password ${operator.password}`],
    ['Simulated providers', `${urls.simulator}/control/journeys`],
    ['Client of a TMS', `id ${client.id}, secret ${client.secret}`],
    ['', `orgId ${client.orgId}, svcId ${client.svcId}`],
    ['Administrator', `id ${admin.id}, secret ${admin.secret}`],
    ['MongoDB', `${engine.mongodb} at ${withoutLogin(file.mongodbUri)}`],
    ['Redis', `${engine.redis} at ${withoutLogin(file.redisUrl)}`],
    ['Data, logs, secrets', dataDir],
  ];
  return ['', ...rows.map(([what = '', where]) => `  ${what.padEnd(20)} ${where}`), ''].join('\n');
}

function withoutLogin(address: string): string {
  return address.replace(/\/\/[^@/]*@/, '//');
}
