/** A clock that is put forward instead of waited for; the stand-in and the Action under test share one. */
export class SkippingClock {
  /** Milliseconds that were skipped so far. */
  skipped = 0;

  now(): number {
    return Date.now() + this.skipped;
  }

  async pause(milliseconds: number): Promise<void> {
    this.skipped += milliseconds;
  }
}
