/**
 * Decisions read from a list of numbers, so that fast-check shrinks them: a smaller number is an earlier alternative, and
 * after the end of the list everything is the first one.
 */
export class Choices {
  readonly #numbers: readonly number[];
  #next = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  /** From 0 to `below`, which is not among them. */
  below(below: number): number {
    const number = this.#numbers[this.#next++] ?? 0;
    return number % Math.max(1, below);
  }

  pick<T>(list: readonly T[]): T {
    if (list.length === 0) throw new Error('nothing to choose from');
    return list[this.below(list.length)] as T;
  }

  /** True once in so many times. */
  oneIn(times: number): boolean {
    return this.below(times) === times - 1;
  }
}
