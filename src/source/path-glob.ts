/**
 * Whether a path is selected by a list of globs, as in `paths` of a GitHub workflow: `*` and `?` stay inside a path
 * segment, `**` crosses them, a pattern that ends in `/` takes the folder whole, and a pattern that begins with `!`
 * takes matches out again. The last pattern that matches decides.
 */
export function matchPaths(globs: readonly string[], path: string): boolean {
  let selected = false;
  for (const glob of globs) {
    const negated = glob.startsWith('!');
    if (matchPath(negated ? glob.slice(1) : glob, path)) selected = !negated;
  }
  return selected;
}

/** One glob against one path. Iterative; only the last `*` and the last `**` are ever gone back to. */
export function matchPath(glob: string, path: string): boolean {
  const pattern = (glob.startsWith('./') ? glob.slice(2) : glob).replace(/\/$/, '/**');
  let p = 0;
  let t = 0;
  let star = -1;
  let starAt = 0;
  let deep = -1;
  let deepAt = 0;
  while (t < path.length) {
    const character = pattern[p];
    if (character === '*' && pattern[p + 1] === '*') {
      p += 2;
      // `**/` also stands for nothing at all, so that `**/a.json` matches `a.json`.
      if (pattern[p] === '/') p++;
      deep = p;
      deepAt = t;
      star = -1;
    } else if (character === '*') {
      star = ++p;
      starAt = t;
    } else if (character !== undefined && (character === path[t] || (character === '?' && path[t] !== '/'))) {
      p++;
      t++;
    } else if (star >= 0 && path[starAt] !== '/') {
      p = star;
      t = ++starAt;
    } else if (deep >= 0) {
      p = deep;
      t = ++deepAt;
      star = -1;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
