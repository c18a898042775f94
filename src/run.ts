import type { Changes } from './changes/changes.ts';
import { sideOf } from './gather/side.ts';
import { analysePart, divide, type Part, wholePart } from './parts.ts';
import type { Config } from './policy/config.ts';
import type { Analysis } from './review/analyse.ts';
import type { FixedFile } from './review/fixed-file.ts';
import { describeReview } from './review/make-review.ts';
import type { Prover, Proving } from './review/prove.ts';
import type { Review, ReviewInput } from './review/review.ts';
import { candidatesOf, type RunOptions } from './run-options.ts';
import { diffOf, type Read, readSides } from './sides.ts';

/** The story: which files, what they say on both sides, and the review of it. Reads through `changes`, writes nothing. */
export async function runReview(changes: Changes, config: Config, options: RunOptions): Promise<Review> {
  return describeReview(await inputOf(await read(changes, config, options), config, options)).review;
}

/** The same, with the files as they would be with the proven fixes in them. */
export async function runFixes(
  changes: Changes,
  config: Config,
  options: RunOptions,
): Promise<{ review: Review; files: FixedFile[] }> {
  const input = await inputOf(await read(changes, config, options), config, options, true);
  const { review, made } = describeReview(input);
  const { fixFiles } = await import('./review/fixed-file.ts');
  return { review, files: fixFiles(made, review.comments, input) };
}

function read(changes: Changes, config: Config, options: RunOptions): Promise<Read> {
  return changes.hasBase ? readSides(changes, config, options) : readPart(changes, config, options);
}

/** Reads the files of a run that compares with nothing, or the shard of them that is asked for. */
async function readPart(changes: Changes, config: Config, options: RunOptions): Promise<Read> {
  const { files, incomplete } = await changes.list();
  const paths = candidatesOf(files, config, options).map((file) => file.path);
  const whole = await wholePart(paths, (some) => changes.read('head', some), config, changes.isRemote === true);
  const { shard, progress } = options;
  const part = shard ? (divide(whole, shard.of)[shard.index - 1] as Part) : whole;
  const head = await analysePart(part, sideOf(changes, 'head'), config, progress);
  return {
    head,
    base: undefined,
    access: null,
    diff: diffOf(files),
    isPart: shard !== undefined,
    candidates: part.candidates,
    skipped: part.skipped,
    incomplete,
    survey: part.survey,
  };
}

/** What a review is made of: what was read, and what is asked of it. */
async function inputOf(
  { survey, ...read }: Read,
  config: Config,
  { scope, failOn, failOnIncomplete, maxComments, today, digest }: RunOptions,
  forWriting = false,
): Promise<ReviewInput> {
  const prover = await loadProver(read.head, { config, survey, forWriting });
  return { ...read, config, scope, failOn, failOnIncomplete, maxComments, today, digest, prover };
}

/** The prover of fixes, where some finding has a repair; most runs need none and do not load it. */
async function loadProver(analyses: readonly Analysis[], proving: Proving): Promise<Prover | undefined> {
  if (!analyses.some(({ findings }) => findings.some(({ repair }) => repair))) return undefined;
  const { openProver } = await import('./review/prove.ts');
  return openProver(proving);
}
