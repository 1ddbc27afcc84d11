/**
 * A record that the API has accepted for certain: a list in which it is missing is not up to date, or does not say all. One from a
 * call that began after the call in doubt had ended proves more than an older one.
 */
export interface Control {
  readonly id: string;
  readonly movementId: string | undefined;
  /** Of its call, in milliseconds since 1970. */
  readonly startedAt: number;
  /** When it was stored at the latest, as the answer to its call came then, in milliseconds since 1970. */
  readonly storedBy: number | undefined;
}

/** The newest records that were accepted, with a movement and of any kind. */
export class Controls {
  #newest: Control | undefined;
  #newestOfMovement: Control | undefined;

  add(control: Control): void {
    if (this.#newest === undefined || control.startedAt > this.#newest.startedAt) this.#newest = control;
    if (control.movementId === undefined) return;
    if (this.#newestOfMovement === undefined || control.startedAt > this.#newestOfMovement.startedAt) {
      this.#newestOfMovement = control;
    }
  }

  /** The best one for a look-up by movement, or in pages of all records. */
  best(byMovement: boolean): Control | undefined {
    return byMovement ? this.#newestOfMovement : this.#newest;
  }
}
