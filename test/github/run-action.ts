import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import examples from '@octokit/webhooks-examples/api.github.com/index.json' with { type: 'json' };
import type { Server } from './server.ts';
import type { State } from './state.ts';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

type Payload = Record<string, unknown>;

/** A real payload of the webhook examples, with the fixture's commits and names in it. */
export function pullPayload(state: State, { action = 'opened', fork = false, number = 1 } = {}): Payload {
  const event = (examples as unknown as { name: string; examples: Payload[] }[]).find(
    (one) => one.name === 'pull_request',
  );
  const found = event?.examples.find((one) => one['action'] === action) ?? event?.examples[0];
  // biome-ignore lint/suspicious/noExplicitAny: a payload is whatever GitHub sends
  const payload = structuredClone(found) as any;
  payload.number = number;
  payload.pull_request.number = number;
  payload.pull_request.head.sha = state.head;
  payload.pull_request.base.sha = state.base;
  if (fork) {
    payload.pull_request.head.repo = {
      ...payload.pull_request.head.repo,
      id: 999,
      full_name: 'stranger/r',
      fork: true,
    };
  }
  return payload;
}

export interface ActionRun {
  code: number | null;
  stdout: string;
  stderr: string;
  outputs: Record<string, string>;
  summary: string;
  annotations: { level: string; properties: Record<string, string>; message: string }[];
}

/** Starts the built Action as a process of its own, in the environment of a runner and nothing else. */
export async function runAction(
  server: Server,
  {
    event = 'pull_request',
    payload,
    inputs = {},
    env = {},
  }: { event?: string; payload: unknown; inputs?: Record<string, string>; env?: Record<string, string> },
): Promise<ActionRun> {
  const folder = mkdtempSync(join(tmpdir(), 'kms-policy-review-run-'));
  const file = (name: string, text = ''): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const environment: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTOR: 'person',
    GITHUB_API_URL: server.url,
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'o/r',
    GITHUB_SHA: server.state.head,
    GITHUB_EVENT_NAME: event,
    GITHUB_EVENT_PATH: file('event.json', typeof payload === 'string' ? payload : JSON.stringify(payload)),
    GITHUB_OUTPUT: file('output'),
    GITHUB_STEP_SUMMARY: file('summary.md'),
    GITHUB_ENV: file('env'),
    GITHUB_STATE: file('state'),
    GITHUB_PATH: file('path'),
    GITHUB_WORKSPACE: folder,
    RUNNER_TEMP: folder,
    'INPUT_GITHUB-TOKEN': 'token',
    ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
    ...env,
  };
  const child = spawn(process.execPath, [MAIN], { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const text = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    text.stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    text.stderr += chunk.toString();
  });
  const code = await new Promise<number | null>((done) => child.on('close', done));
  const run = {
    code,
    ...text,
    outputs: readOutputs(readFileSync(join(folder, 'output'), 'utf8')),
    summary: readFileSync(join(folder, 'summary.md'), 'utf8'),
    annotations: readAnnotations(text.stdout),
  };
  rmSync(folder, { recursive: true });
  return run;
}

/** The file commands of `core.setOutput`: `name<<delimiter`, the value, the delimiter. */
function readOutputs(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/^(.+?)<<(ghadelimiter_\S+)\n([\s\S]*?)\n?\2$/gm)].map(([, name = '', , value = '']) => [
      name,
      value,
    ]),
  );
}

function readAnnotations(stdout: string): ActionRun['annotations'] {
  const decode = (text: string): string =>
    text
      .replaceAll('%0A', '\n')
      .replaceAll('%0D', '\r')
      .replaceAll('%3A', ':')
      .replaceAll('%2C', ',')
      .replaceAll('%25', '%');
  return stdout.split('\n').flatMap((line) => {
    const match = /^::(error|warning|notice)(?: ([^:]*))?::(.*)$/.exec(line);
    if (match === null) return [];
    const properties = Object.fromEntries(
      (match[2] ?? '')
        .split(',')
        .filter((one) => one !== '')
        .map((one) => [one.slice(0, one.indexOf('=')), decode(one.slice(one.indexOf('=') + 1))]),
    );
    return [{ level: match[1] as string, properties, message: decode(match[3] ?? '') }];
  });
}
