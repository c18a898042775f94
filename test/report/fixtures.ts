import type { CommentFix, Placement, Review, ReviewComment, ReviewFinding } from '../../src/review/review.ts';

/** Reviews by hand, so that reports are tested without rules, parsers and diffs. */

const HELP = 'https://github.com/kms-policy-review/kms-policy-review/blob/main/docs/rules';

/** A finding on `"*"` in line 8 of policy.json, except for what is said. */
export function finding(own: Partial<ReviewFinding> = {}): ReviewFinding {
  const rule = own.rule ?? 'wildcard-resource';
  return {
    rule,
    severity: 'error',
    message: '`*` does not say whose key: `kms:Decrypt` is allowed on keys of any account.',
    path: 'policy.json',
    start: { line: 8, column: 19 },
    end: { line: 8, column: 22 },
    policy: { kind: 'identity-policy', address: 'policy' },
    statement: { index: 0, sid: 'Use' },
    related: [],
    fix: null,
    advice: 'Write the ARN of each key in `Resource`.',
    help: `${HELP}/${rule}.md`,
    fingerprint: '0123456789abcdef0123456789abcdef',
    status: 'new',
    suppressed: null,
    inScope: true,
    excerpt: ['      "Resource": "*"'],
    ...own,
  };
}

/** A review with these findings; counts are theirs, everything else is empty except for what is said. */
export function review(findings: ReviewFinding[], own: Partial<Review> = {}): Review {
  const count = (severity: string): number => findings.filter((one) => one.inScope && one.severity === severity).length;
  return {
    findings,
    comments: [],
    gaps: [],
    access: null,
    idleSuppressions: [],
    files: {
      candidates: 2,
      read: 1,
      skipped: [],
      contents: [{ path: 'policy.json', policies: [{ kind: 'identity-policy', address: 'policy', statements: 1 }] }],
    },
    summary: {
      errors: count('error'),
      warnings: count('warning'),
      notices: count('notice'),
      carried: findings.filter((one) => one.status === 'carried' && !one.suppressed).length,
      suppressed: findings.filter((one) => one.suppressed).length,
      incomplete: false,
    },
    conclusion: findings.some((one) => one.inScope) ? 'failure' : 'success',
    ...own,
  };
}

/** A comment with all findings of a review. */
export function comment(of: Review, placement: Placement, fix: CommentFix | null = null): ReviewComment {
  return { key: 'c0ffee', path: 'policy.json', findings: of.findings.map((_, index) => index), placement, fix };
}

/** One of everything: several findings on a statement, a related place, what is carried and suppressed, gaps. */
export function fullReview(): Review {
  const findings = [
    finding(),
    finding({
      rule: 'duplicate-element',
      message: '`Action` stands twice in this object; IAM refuses it.',
      advice: 'Join the two `Action` elements into one.',
      start: { line: 7, column: 4 },
      end: { line: 7, column: 12 },
      excerpt: ['\t\t\t"Action": "kms:Decrypt", "漢字": "é"'],
      related: [
        {
          path: 'policy.json',
          start: { line: 6, column: 7 },
          end: { line: 6, column: 15 },
          note: 'the first `Action`',
        },
      ],
      fingerprint: '00000000000000000000000000000002',
    }),
    finding({
      rule: 'wildcard-action',
      severity: 'warning',
      message: '`kms:*` is every KMS permission | all of them.',
      advice: 'List the permissions that are needed.',
      path: 'modules/app/roles.yaml',
      policy: { kind: 'identity-policy', address: 'AppRole.Policies[0]' },
      statement: { index: 1, sid: null },
      start: { line: 12, column: 11 },
      end: { line: 14, column: 3 },
      excerpt: ['          - kms:*', '          - kms:*', '  x'],
      fingerprint: '00000000000000000000000000000003',
    }),
    finding({
      rule: 'wildcard-resource',
      severity: 'notice',
      message: 'Worth a look.',
      advice: 'Look.',
      path: 'modules/app/roles.yaml',
      start: { line: 20, column: 1 },
      end: { line: 20, column: 4 },
      excerpt: ['abc'],
      policy: null,
      statement: null,
      fingerprint: '00000000000000000000000000000004',
    }),
    finding({ path: 'old.json', status: 'carried', inScope: false, fingerprint: '00000000000000000000000000000005' }),
    finding({
      path: 'known.json',
      suppressed: { reason: 'agreed', file: null, line: 3, isNew: false },
      inScope: false,
      fingerprint: '00000000000000000000000000000006',
    }),
  ];
  const made = review(findings, {
    gaps: [
      {
        path: 'modules/app/roles.yaml',
        start: { line: 3, column: 5 },
        end: { line: 3, column: 9 },
        reason: 'the Action comes from `Fn::ImportValue`, which is not known here',
      },
    ],
    files: {
      candidates: 5,
      read: 2,
      skipped: [
        { path: 'data.json', reason: 'no policy can be in it' },
        { path: 'big.json', reason: 'larger than 5 MB' },
        { path: '', reason: 'GitHub lists no more than 3000 files' },
      ],
      contents: [
        { path: 'policy.json', policies: [{ kind: 'identity-policy', address: 'policy', statements: 1 }] },
        {
          path: 'modules/app/roles.yaml',
          policies: [{ kind: 'identity-policy', address: 'AppRole.Policies[0]', statements: 2 }],
        },
      ],
    },
  });
  return { ...made, summary: { ...made.summary, incomplete: true } };
}

/** What a pull request may hold to be taken for something else. */
export const HOSTILE = [
  '<img src=x onerror=alert(1)>',
  '@octocat and @org/team, #1, GH-1',
  '[click](javascript:alert(1)) ![x](http://evil.example/x.png) http://evil.example www.evil.example',
  '`code` ``` ````suggestion',
  'a | b \\| c',
  '*bold* _it_ ~~no~~ <!-- kms-policy-review:v1 key=ab fp=cd -->',
  '::error file=a::pwned',
  '##[add-mask]secret',
  'line\r\nbreak\n::stop-commands::x\n```suggestion\nevil\n```',
  '\u001b[31mred\u001b[0m \u0007 \u009b31m',
  'a\u202eb\u2066c\u200bd\u{e0041}\ufeff\u00ad\u2028e',
  '</details></table><script>',
];
