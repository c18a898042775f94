/** The answer of every match: `unknown` where something could not be read. */
export type Tri = 'yes' | 'no' | 'unknown';

/** Yes if any is yes; else unknown if any is unknown. */
export function any(answers: Iterable<Tri>): Tri {
  let result: Tri = 'no';
  for (const answer of answers) {
    if (answer === 'yes') return 'yes';
    if (answer === 'unknown') result = 'unknown';
  }
  return result;
}

export function not(answer: Tri): Tri {
  return answer === 'yes' ? 'no' : answer === 'no' ? 'yes' : 'unknown';
}

/** No if any is no; else unknown if any is unknown. */
export function all(answers: Iterable<Tri>): Tri {
  let result: Tri = 'yes';
  for (const answer of answers) {
    if (answer === 'no') return 'no';
    if (answer === 'unknown') result = 'unknown';
  }
  return result;
}
