import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

interface Operation {
  operationId: string;
  requestBody?: { content?: Record<string, { schema?: object }> };
  responses: Record<string, { content?: Record<string, { schema?: object }>; $ref?: string }>;
}

const description = JSON.parse(readFileSync(new URL('./openapi.json', import.meta.url), 'utf8'));

const ajv = new Ajv({ strict: false, allErrors: false, validateFormats: true });
(addFormats as unknown as (ajv: Ajv) => void)(ajv);
for (const format of ['repo.nwo', 'ssh-key']) ajv.addFormat(format, true);
ajv.addSchema({ $id: 'github', components: description.components });

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

/** The operation that a request is for, with its path parameters; undefined for a path that the description does not have. */
export function findOperation(
  method: string,
  path: string,
): { operation: Operation; parameters: Record<string, string> } | undefined {
  for (const [template, item] of Object.entries(description.paths as Record<string, Record<string, Operation>>)) {
    const operation = item[method.toLowerCase()];
    const names: string[] = [];
    const pattern = template.replace(/[.]/g, '\\.').replace(/\{(\w+)\}/g, (_all, name: string) => {
      names.push(name);
      return name === 'path' || name === 'ref' ? '(.+)' : '([^/]+?)';
    });
    const match = new RegExp(`^${pattern}$`).exec(path);
    if (operation && match) {
      const parameters = Object.fromEntries(
        names.map((name, index) => [name, decodeURIComponent(match[index + 1] as string)]),
      );
      return { operation, parameters };
    }
  }
  return undefined;
}

/** What is wrong with a request's body; undefined where it is as GitHub describes it. */
export function requestProblem(operation: Operation, body: unknown): string | undefined {
  const schema = operation.requestBody?.content?.['application/json']?.schema;
  return schema && problem(schema, body ?? {});
}

/** What is wrong with an answer of ours. Refusals are described rarely and pass. */
export function responseProblem(operation: Operation, status: number, body: unknown): string | undefined {
  if (status >= 400) return undefined;
  const response = operation.responses[String(status)];
  if (response === undefined) return `GitHub does not answer ${operation.operationId} with ${status}`;
  const schema = response.content?.['application/json']?.schema;
  return schema && problem(schema, body);
}

function problem(schema: object, value: unknown): string | undefined {
  const validate = validator(schema);
  return validate(value) ? undefined : ajv.errorsText(validate.errors, { dataVar: 'body' });
}
