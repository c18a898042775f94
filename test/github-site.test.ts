import { expect, test } from 'vitest';
import { siteOf } from '../src/github/site.ts';

const event = { owner: 'o', repo: 'r', head: 'a'.repeat(40), base: undefined, pull: undefined, dependabot: false };
const at = (path: string): string | undefined => siteOf(event, {}).link(path, 7);

test('a line of the head, and the page of the run', () => {
  const site = siteOf(event, { GITHUB_SERVER_URL: 'https://ghe.example.com', GITHUB_RUN_ID: '42' });
  expect(site.link('dir/a.json', 7)).toBe(`https://ghe.example.com/o/r/blob/${event.head}/dir/a.json#L7`);
  expect(site.runUrl).toBe('https://ghe.example.com/o/r/actions/runs/42');
  expect(siteOf(event, { GITHUB_RUN_ID: '](x)' }).runUrl).toBeUndefined();
});

test.each(['a b', 'a)b', 'a(b', 'a]b', 'a|b', 'a#b', 'a?b', '`<"\'*~!&', 'ä漢', '\ud800', 'line\nbreak'])(
  'nothing in the name %j ends the link',
  (name) => {
    expect(at(`${name}/${name}`)).toMatch(/^https:\/\/github\.com\/o\/r\/blob\/a{40}\/[\w%.-]+\/[\w%.-]+#L7$/);
  },
);
