import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { folderChanges } from '../src/changes/folder.ts';
import { walk } from '../src/changes/walk.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function folder(paths: readonly string[]): string {
  const root = mkdtempSync(join(tmpdir(), 'kms-policy-review-walk-'));
  folders.push(root);
  for (const path of paths) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), '{}');
  }
  return root;
}

test('candidates by their endings in any letter case, hidden ones too; nothing of other people, and no link is followed', async () => {
  const root = folder([
    'a.json',
    'b/c.YAML',
    'b/.hidden/d.tf',
    'b/readme.md',
    'json',
    'node_modules/e/e.json',
    'b/Node_Modules/e.json',
    '.git/f.json',
    'b/.terraform/g.tf',
    'h.json/i.txt',
  ]);
  symlinkSync(join(root, 'b'), join(root, 'loop'));
  symlinkSync(join(root, 'a.json'), join(root, 'b', 'link.json'));
  const { files, incomplete } = await folderChanges(['.', 'b'], root).list();
  expect(files.map(({ path }) => path)).toEqual(['a.json', 'b/.hidden/d.tf', 'b/c.YAML', 'b/link.json']);
  expect(incomplete).toEqual([]);
});

test('a folder that cannot be listed is named', async () => {
  const gone = join(folder([]), 'gone');
  expect(await walk(gone)).toEqual({ files: [], unreadable: [{ path: gone, reason: 'ENOENT' }] });
});
