import type { TerraformModule } from '../policy/extract/terraform.ts';
import type { TerraformBlock } from '../policy/extract/terraform-block.ts';
import type { Finding } from '../rules/rule.ts';
import type { Span } from '../source/source-file.ts';
import { literal } from '../syntax/node.ts';

/** Attributes that a finding of a plan can stand for, in the order in which they are looked for. */
const ATTRIBUTES = ['policy', 'inline_policy', 'content', 'access_policies', 'policy_document', 'statement'];

/**
 * Findings of a plan at the blocks of the configuration that it was made from: nobody edits a plan. One that the
 * configuration itself gave is left out, since its place there is the exact one; where the block is not among the
 * modules the finding stays. `root` is the folder of the root module, `configured` are the findings of the modules.
 */
export function placeInConfiguration(
  findings: readonly Finding[],
  root: string,
  modules: readonly TerraformModule[],
  configured: readonly Finding[],
): Finding[] {
  const folders = new Map(modules.map((module) => [module.folder, module]));
  // One finding of the configuration speaks for every instance of one block.
  const spoken = new Map<Finding, string>();
  return findings.flatMap((finding): Finding[] => {
    const named = finding.policy?.address ?? finding.declared?.address ?? '';
    const address = named.replace(/\[[^\]]*\]/g, '');
    const block = findBlock(address, root, folders);
    if (block === undefined) return [finding];
    const same = configured.find(
      (other) => isSame(other, finding) && (spoken.get(other) ?? address) === address && other !== finding,
    );
    if (same) {
      spoken.set(same, address);
      return [];
    }
    const note = `\`${named}\` in the plan`;
    return [
      {
        ...finding,
        span: placeOf(block),
        related: [...finding.related, { span: finding.span, note }],
        repair: undefined,
      },
    ];
  });
}

function isSame(one: Finding, other: Finding): boolean {
  return one.rule === other.rule && one.offending === other.offending && one.statement?.sid === other.statement?.sid;
}

/** The block of `module.a.module.b.aws_iam_policy.p` from the root module on. */
function findBlock(
  address: string,
  root: string,
  folders: ReadonlyMap<string, TerraformModule>,
): TerraformBlock | undefined {
  let module = folders.get(root);
  let rest = address;
  for (let call = /^module\.([\w-]+)\.(.+)$/.exec(rest); call && module; call = /^module\.([\w-]+)\.(.+)$/.exec(rest)) {
    module = folders.get(module.called.get(call[1] as string) ?? '\0');
    rest = call[2] as string;
  }
  const isData = rest.startsWith('data.');
  const bare = isData ? rest.slice('data.'.length) : rest;
  for (const { resources, data } of module?.files ?? []) {
    const block = (isData ? data : resources).find(({ type, name }) => `${type}.${name}` === bare);
    if (block) return block;
  }
  return undefined;
}

/** The name of the attribute that holds the policy, else the block's type and labels. */
function placeOf({ body, span, head }: TerraformBlock): Span {
  for (const name of ATTRIBUTES) {
    const key = body.entries.find((entry) => literal(entry.key) === name)?.key;
    if (key && key.span.start >= span.start && key.span.end <= span.end) return key.span;
  }
  return head;
}
