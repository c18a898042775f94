/**
 * What GitHub allows, beyond its schemas. Sources: GitHub's REST documentation ("limits" of the operations and of
 * repositories) and, where it says nothing, what users of other review tools report as refused.
 */
export const GITHUB_LIMITS = {
  /** Characters of a comment's or review's body: "Body is too long (maximum is 65536 characters)". */
  body: 65_536,
  /** Comments of one review; undocumented. */
  reviewComments: 100,
  /** Rows of a pull request's file list over all pages; nothing in the answer tells that it was cut. */
  pullFiles: 3000,
  /** Rows of a page where `per_page` is left out, and at most. */
  page: 30,
  maxPage: 100,
  /** Files of a comparison, all of them on its first page. */
  comparedFiles: 300,
  comparedCommits: 250,
  /** Lines and bytes of one file's patch; a longer one is left out of its row. */
  patchLines: 20_000,
  patchBytes: 500_000,
  /** Lines of the patches of one page. Later rows lose their patch AND have zero counts, though they have changes. */
  pageLines: 20_000,
  /** Files of the diff media type; more are answered with 406. */
  diffFiles: 300,
  /** Bytes of a file that the contents operation answers as JSON with the content in it. */
  jsonContents: 1_000_000,
  /** Entries of a tree before it is `truncated`. */
  treeEntries: 100_000,
  /** Bytes of a blob's text that GraphQL answers before `isTruncated`. The number is an assumption. */
  blobText: 500_000,
  /** Characters of a check run's summary and of its text. */
  checkText: 65_535,
  /** Bytes of an annotation's message and raw details, characters of its title. */
  annotationText: 64 * 1024,
  annotationTitle: 255,
};

export type Limits = typeof GITHUB_LIMITS;
