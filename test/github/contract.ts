import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

interface Schema {
  type?: string;
  enum?: unknown[];
  properties?: Record<string, Schema>;
  items?: Schema;
}

interface Parameter {
  $ref?: string;
  name: string;
  in: string;
  schema: Schema;
}

interface Operation {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: { content?: Record<string, { schema?: Schema }> };
  responses: Record<string, { content?: Record<string, { schema?: Schema }>; $ref?: string }>;
}

interface Description {
  paths: Record<string, Record<string, Operation>>;
  events: Record<string, Schema>;
  components: { parameters: Record<string, Parameter> };
}

/** Made by scripts/cut-openapi.ts; it says its source and licence itself. */
const description: Description = JSON.parse(readFileSync(new URL('./openapi.json', import.meta.url), 'utf8'));

const ajv = new Ajv({ strict: false, allErrors: false, validateFormats: true });
// Its types are those of a CommonJS module with a default export.
(addFormats as unknown as (ajv: Ajv) => void)(ajv);
for (const format of ['repo.nwo', 'ssh-key', 'uri-template']) ajv.addFormat(format, true);
ajv.addSchema({ $id: 'github', components: description.components });

/** Compiled when they are needed: all of them take seconds. */
const compiled = new Map<object, ValidateFunction>();

function validator(schema: object): ValidateFunction {
  let validate = compiled.get(schema);
  if (validate === undefined) {
    const text = JSON.stringify(schema).replaceAll('"#/components/', '"github#/components/');
    validate = ajv.compile(JSON.parse(text));
    compiled.set(schema, validate);
  }
  return validate;
}

const OPERATIONS = Object.entries(description.paths).flatMap(([template, item]) => {
  const names: string[] = [];
  const pattern = template.replaceAll('.', '\\.').replace(/\{(\w+)\}/g, (_all, name: string) => {
    names.push(name);
    return name === 'path' || name === 'ref' ? '(.*)' : '([^/]+?)';
  });
  const regExp = new RegExp(`^${pattern}$`);
  return Object.entries(item).map(([method, operation]) => ({ method, operation, regExp, names }));
});

/** The operation that a request is for, with its path parameters; undefined for a path that the description lacks. */
export function findOperation(
  method: string,
  path: string,
): { operation: Operation; parameters: Record<string, string> } | undefined {
  for (const one of OPERATIONS) {
    const match = one.method === method.toLowerCase() ? one.regExp.exec(path) : null;
    if (match === null) continue;
    const values = one.names.map((name, index) => [name, decodeURIComponent(match[index + 1] ?? '')]);
    return { operation: one.operation, parameters: Object.fromEntries(values) };
  }
  return undefined;
}

/** What is wrong with a request's body; undefined where it is as GitHub describes it. */
export function requestProblem(operation: Operation, body: unknown): string | undefined {
  const schema = operation.requestBody?.content?.['application/json']?.schema;
  return schema && problem(schema, body ?? {});
}

/** Names in a request's query or body that GitHub does not describe and mostly ignores, and values that make no sense. */
export function strayParts(operation: Operation, search: URLSearchParams, body: unknown): string[] {
  const known = (operation.parameters ?? []).map(
    (one) => (one.$ref === undefined ? one : description.components.parameters[lastPart(one.$ref)]) ?? one,
  );
  const stray: string[] = [];
  for (const [name, value] of search) {
    const schema = known.find((one) => one.in === 'query' && one.name === name)?.schema;
    if (schema === undefined) stray.push(`?${name}`);
    else if (schema.type === 'integer' && !/^\d+$/.test(value)) stray.push(`?${name}=${value}`);
    else if (schema.enum && !schema.enum.includes(value)) stray.push(`?${name}=${value}`);
  }
  const schema = operation.requestBody?.content?.['application/json']?.schema;
  return [...stray, ...strayProperties(schema ?? {}, body, '')];
}

function strayProperties(schema: Schema, value: unknown, path: string): string[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => strayProperties(schema.items ?? {}, item, `${path}/${index}`));
  }
  const { properties } = schema;
  if (typeof value !== 'object' || value === null || properties === undefined) return [];
  return Object.entries(value).flatMap(([name, child]) => {
    const described = properties[name];
    return described === undefined ? [`${path}/${name}`] : strayProperties(described, child, `${path}/${name}`);
  });
}

const lastPart = (ref: string): string => ref.slice(ref.lastIndexOf('/') + 1);

/** What is wrong with an answer of ours. Refusals are described rarely and pass. */
export function responseProblem(operation: Operation, status: number, body: unknown): string | undefined {
  if (status >= 400) return undefined;
  const response = operation.responses[String(status)];
  if (response === undefined) return `GitHub does not answer ${operation.operationId} with ${status}`;
  const schema = response.content?.['application/json']?.schema;
  return schema && problem(schema, body);
}

/** What is wrong with an event's payload, such as that of `pull-request-opened`; undefined where it is as GitHub's. */
export function eventProblem(event: string, payload: unknown): string | undefined {
  const schema = description.events[event];
  return schema === undefined ? `no such event: ${event}` : problem(schema, payload);
}

function problem(schema: object, value: unknown): string | undefined {
  const validate = validator(schema);
  return validate(value) ? undefined : ajv.errorsText(validate.errors, { dataVar: 'body' });
}
