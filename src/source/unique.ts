/** The first of all that are the same; `identity` is what they are compared by, as JSON. */
export function unique<T>(all: readonly T[], identity: (one: T) => unknown = (one) => one): T[] {
  if (all.length < 2) return [...all];
  const seen = new Set<string>();
  return all.filter((one) => {
    const key = JSON.stringify(identity(one));
    return seen.has(key) ? false : seen.add(key);
  });
}
