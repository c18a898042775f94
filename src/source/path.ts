/** The folder of a path with its last slash; empty for the root. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

/** The file name of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/**
 * A path relative to a folder (`''` is the root, others end in `/`), as one relative to the root without `.` and `..`;
 * undefined where it leaves the root.
 */
export function resolvePath(folder: string, path: string): string | undefined {
  const steps = folder.split('/').filter((step) => step !== '');
  for (const step of path.split('/')) {
    if (step === '..') {
      if (steps.length === 0 || steps.at(-1) === '..') return undefined;
      steps.pop();
    } else if (step !== '.' && step !== '') steps.push(step);
  }
  return steps.join('/');
}
