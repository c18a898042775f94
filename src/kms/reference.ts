/** What the service authorization reference says of KMS; the data is generated (`reference.data.ts`). */
export interface Reference {
  /** The published package that it was read from, and the day of that. */
  source: { package: string; version: string; date: string };
  /** By name, without the `kms:` prefix. */
  permissions: Readonly<Record<string, ReferencePermission>>;
  resourceTypes: Readonly<Record<string, { arn: string; conditionKeys: readonly string[] }>>;
  /** The type of each condition key. `*` stands for a name of the author's, and for the names of one family. */
  conditionKeys: Readonly<Record<string, string>>;
}

interface ReferencePermission {
  /** All levels that the reference gives, as it writes them: `Permissions management, Write`. */
  access: string;
  resourceTypes: readonly string[];
  /** Those of its resource types are not repeated here. */
  conditionKeys: readonly string[];
}
