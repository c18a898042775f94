/** Files that are read only where a Terraform file renders them. */
const TEMPLATE_ENDINGS = ['tftpl', 'tpl', 'tmpl'] as const;

/** File names that can hold a policy in a language that is read, as endings in lower case. */
export const CANDIDATE_ENDINGS = [
  ...['json', 'yaml', 'yml', 'template', 'tf', 'tofu', 'tfvars'],
  ...TEMPLATE_ENDINGS,
] as const;

/** Whether a file is a template of Terraform by its name; other programs' templates have the same ones. */
export function isTemplateFile(path: string): boolean {
  return TEMPLATE_ENDINGS.some((ending) => path.toLowerCase().endsWith(`.${ending}`));
}

/** Whether a file is Terraform, native or JSON, of which the files of a folder are one module; variable files belong to it. */
export function isTerraform(path: string): boolean {
  return /\.(?:tf|tofu|tfvars)(?:\.json)?$/.test(path);
}

/** Whether a file's name is one that can hold a policy. */
export function isCandidate(path: string): boolean {
  const dot = path.lastIndexOf('.');
  const ending = path.slice(dot + 1).toLowerCase();
  return dot >= 0 && CANDIDATE_ENDINGS.some((candidate) => candidate === ending);
}

/** Folders that hold other people's files. */
export const VENDOR_FOLDERS = ['node_modules', '.git', '.terraform'] as const;

/** Whether a file is one of other people's. */
export function isVendored(path: string): boolean {
  return path
    .split('/')
    .slice(0, -1)
    .some((step) => VENDOR_FOLDERS.some((folder) => folder === step));
}
