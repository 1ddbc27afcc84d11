/**
 * A record that the API has accepted for certain: a list in which it is missing is not up to date, or does not say all. One from a
 * call that began after the call in doubt proves more than an older one.
 */
export interface Control {
  readonly id: string;
  readonly movementId: string | undefined;
  /** Calls of the run in the order in which they began; those of earlier attempts are below 0. */
  readonly order: number;
  /** Of its call, in milliseconds since 1970. */
  readonly endedAt: number | undefined;
}

/** The newest records that were accepted, with a movement and of any kind. */
export class Controls {
  #newest: Control | undefined;
  #newestOfMovement: Control | undefined;

  add(control: Control): void {
    if (this.#newest === undefined || control.order > this.#newest.order) this.#newest = control;
    if (control.movementId === undefined) return;
    if (this.#newestOfMovement === undefined || control.order > this.#newestOfMovement.order) {
      this.#newestOfMovement = control;
    }
  }

  /** The best one for a look-up by movement, or in pages of all records. */
  best(byMovement: boolean): Control | undefined {
    return byMovement ? this.#newestOfMovement : this.#newest;
  }
}
