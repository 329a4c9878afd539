import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { appRoutes } from '@bull-board/api/dist/routes.js';

export interface BoardCall {
  method: string;
  path: string;
}

const parameters: Record<string, string> = {
  queueName: 'trace-results',
  jobId: '1',
  queueStatus: 'failed',
  schedulerId: 'trace-results.pump',
};

/** Everything Bull Board of this version serves, from its own tables: pages, calls and files. */
export function listBoardCalls(boardPath: string): {
  pages: BoardCall[];
  calls: BoardCall[];
  files: BoardCall[];
} {
  const fill = (route: string) =>
    boardPath + route.replace(/:(\w+)/g, (_, name: string) => parameters[name] ?? name);
  const { entryPoint, api } = appRoutes;
  const pages = [entryPoint.route].flat().map((route) => ({ method: 'GET', path: fill(route) }));
  const calls = api.flatMap(({ method, route }) =>
    [method]
      .flat()
      .flatMap((one) => [route].flat().map((path) => ({ method: one.toUpperCase(), path: fill(path) }))),
  );
  return { pages: [{ method: 'GET', path: boardPath }, ...pages], calls, files: listFiles(boardPath) };
}

function listFiles(boardPath: string): BoardCall[] {
  const ui = dirname(createRequire(import.meta.url).resolve('@bull-board/ui/package.json'));
  const files = readdirSync(join(ui, 'dist/static'), { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(join(ui, 'dist').length))
    .map((path) => ({ method: 'GET', path: boardPath + path }));
}
