import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pullPayload } from '../test/github/events.ts';
import { Repository } from '../test/github/repository.ts';
import { runnerEnvironment } from '../test/github/runner.ts';
import { startServer } from '../test/github/server.ts';
import { State } from '../test/github/state.ts';
import { CLI, compare, node, type Row, ratio } from './measure.ts';
import { replay } from './replay.ts';

const ACTION = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const TIMES = 41;
const POLICY =
  '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:us-east-1:111122223333:key/*"}]}';

/** What it takes to start, against Node itself: time, and the processor's time, on which other programs have no bearing. */
export async function startRows(folder: string): Promise<Row[]> {
  const file = join(folder, 'one.json');
  writeFileSync(file, POLICY);
  const check = [CLI, 'check', file, '--fail-on', 'never'];
  const rows = await against('cold `check` of one file', 'at most 1.5 x', (usage) =>
    node(check, { cwd: folder, usage }),
  );

  const repository = new Repository();
  const base = repository.commit({ 'README.md': 'hello\n' });
  repository.git('checkout', '-q', '-b', 'topic');
  const state = new State(repository, base, repository.commit({ 'README.md': 'hello, world\n' }), {});
  const server = await startServer(state);
  const proxy = await replay(server.url);
  const env = runnerEnvironment({ ...server, url: proxy.url }, { payload: pullPayload(state) });
  const home = env['HOME'] ?? folder;
  const act = (usage: boolean) => node([ACTION], { cwd: home, env, usage });
  await act(false);
  rows.push(...(await against('the Action on a pull request without candidate files', 'at most 2.5 x', act)));
  if (server.violations.length > 0) throw new Error(server.violations.join('\n'));
  await proxy.close();
  await server.close();
  repository.dispose();
  return rows;

  async function against(what: string, goal: string, run: (usage: boolean) => ReturnType<typeof node>): Promise<Row[]> {
    const empty = (usage: boolean) => node(['-e', '0'], { cwd: folder, usage });
    const [unit, value] = await compare(
      TIMES,
      async () => (await empty(false)).milliseconds,
      async () => (await run(false)).milliseconds,
    );
    const [cpuUnit, cpu] = await compare(
      TIMES,
      async () => (await empty(true)).cpu,
      async () => (await run(true)).cpu,
    );
    return [
      [`${what} / \`node -e 0\``, ratio(value, unit, 2), goal],
      [`the same, time of the processor`, ratio(cpu, cpuUnit, 2), ''],
    ];
  }
}
