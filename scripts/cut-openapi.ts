import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './build.ts';

/**
 * Cuts the operations and event payloads that the stand-in knows out of GitHub's OpenAPI description, which is
 * 385 MB whole. Usage: node scripts/cut-openapi.ts FOLDER, the folder of an unpacked @octokit/openapi.
 */
const OPERATIONS = new Set([
  'pulls/get',
  'pulls/list-files',
  'pulls/list-reviews',
  'pulls/list-review-comments',
  'pulls/create-review',
  'pulls/create-review-comment',
  'pulls/update-review-comment',
  'pulls/delete-review-comment',
  'repos/compare-commits',
  'repos/get-content',
  'git/get-blob',
  'git/get-tree',
  'checks/create',
  'checks/update',
  'checks/list-for-ref',
  'checks/list-annotations',
  'issues/list-comments',
  'issues/create-comment',
  'issues/update-comment',
  'issues/delete-comment',
  'users/get-authenticated',
]);
const EVENTS = new Set([
  'pull-request-opened',
  'pull-request-synchronize',
  'pull-request-reopened',
  'pull-request-edited',
  'pull-request-ready-for-review',
  'merge-group-checks-requested',
  'push',
]);
/** GitHub answers null for these on an outdated comment, which its description does not say. */
const NULLABLE = { 'pull-request-review-comment': ['line', 'position'], 'review-comment': ['line', 'position'] };

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Map = { [key: string]: Json };

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node scripts/cut-openapi.ts FOLDER');
const whole = JSON.parse(readFileSync(join(folder, 'generated/api.github.com.json'), 'utf8')) as {
  paths: Map;
  'x-webhooks': Map;
  components: Map;
};
const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
const license = readFileSync(join(folder, 'LICENSE'), 'utf8').trim();

for (const [name, properties] of Object.entries(NULLABLE)) {
  const schema = (whole.components['schemas'] as Map)[name] as Map;
  for (const property of properties) {
    const described = (schema['properties'] as Map)[property];
    if (described !== undefined) (described as Map)['nullable'] = true;
  }
}

/** Drops prose, and turns OpenAPI 3.0's `nullable` into JSON Schema, without which Ajv refuses it. */
function slim(value: Json, isMapOfNames = false): Json {
  if (Array.isArray(value)) return value.map((item) => slim(item));
  if (value === null || typeof value !== 'object') return value;
  const result: Map = {};
  for (const [key, child] of Object.entries(value)) {
    if (
      !isMapOfNames &&
      (['description', 'example', 'examples', 'externalDocs', 'summary', 'tags'].includes(key) || key.startsWith('x-'))
    )
      continue;
    result[key] = slim(child, ['properties', 'schemas', 'parameters', 'responses', 'content'].includes(key));
  }
  if (isMapOfNames || result['nullable'] !== true) return result;
  delete result['nullable'];
  if (Array.isArray(result['enum']) && !result['enum'].includes(null)) result['enum'].push(null);
  return { anyOf: [result, { type: 'null' }] };
}

const paths: Map = {};
for (const [path, item] of Object.entries(whole.paths)) {
  for (const [method, operation] of Object.entries(item as Map)) {
    const id = (operation as Map)['operationId'];
    if (typeof id === 'string' && OPERATIONS.has(id))
      paths[path] = { ...(paths[path] as Map | undefined), [method]: slim(operation) };
  }
}
const events: Map = {};
for (const [name, item] of Object.entries(whole['x-webhooks'])) {
  if (!EVENTS.has(name)) continue;
  const post = (item as Map)['post'] as { requestBody: { content: { 'application/json': { schema: Json } } } };
  events[name] = slim(post.requestBody.content['application/json'].schema);
}
const components: Map = {};
const queue: Json[] = [paths, events];
for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
  if (node === null || typeof node !== 'object') continue;
  if (Array.isArray(node)) queue.push(...node);
  else {
    const ref = node['$ref'];
    if (typeof ref === 'string') {
      const [, , group = '', name = ''] = ref.split('/');
      components[group] ??= {};
      const into = components[group] as Map;
      if (into[name] === undefined) {
        into[name] = slim((whole.components[group] as Map)[name] as Json);
        queue.push(into[name] as Json);
      }
    }
    queue.push(...Object.values(node));
  }
}
const source = `Cut by scripts/cut-openapi.ts from @octokit/openapi ${version}`;
writeFileSync(
  join(ROOT, 'test/github/openapi.json'),
  `${JSON.stringify({ source, license, paths, events, components })}\n`,
);
