import { Worker } from 'node:worker_threads';
import type { ShipmentRequest } from '../../records/request.ts';
import type { Outcome } from './outcome.ts';

/** What the calculating thread is asked. */
export type Question = { readonly shipments: readonly ShipmentRequest[] } | { readonly address: string };

/** What it answers: an outcome for each shipment, or the country of an address. */
export interface Answer {
  readonly id: number;
  readonly answer: readonly Outcome[] | string | null;
}

interface Waiting {
  readonly resolve: (answer: Answer['answer']) => void;
  readonly reject: (error: Error) => void;
}

/** The embedded calculator in a thread of its own, started with the first question. */
export class Calculations {
  #worker: Worker | undefined;
  #nextId = 0;
  readonly #waiting = new Map<number, Waiting>();

  /** The outcome of each shipment, in their order. Records must be valid. */
  async shipments(shipments: readonly ShipmentRequest[]): Promise<readonly Outcome[]> {
    return (await this.#ask({ shipments })) as readonly Outcome[];
  }

  /** The country of an address, ISO 3166-1 alpha-2, where the place is known. */
  async countryOf(address: string): Promise<string | null> {
    return (await this.#ask({ address })) as string | null;
  }

  /** Ends the thread; questions that wait are rejected. */
  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  #ask(question: Question): Promise<Answer['answer']> {
    this.#worker ??= this.#start();
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker?.postMessage({ id, question });
    });
  }

  #start(): Worker {
    const worker = new Worker(new URL('calculation-worker.js', import.meta.url));
    let failure = new Error('the calculating thread ended');
    worker.on('message', ({ id, answer }: Answer) => {
      this.#waiting.get(id)?.resolve(answer);
      this.#waiting.delete(id);
    });
    worker.on('error', (error) => {
      failure = error instanceof Error ? error : new Error(String(error));
    });
    worker.on('exit', () => {
      // The next question starts another one.
      this.#worker = undefined;
      for (const { reject } of this.#waiting.values()) reject(failure);
      this.#waiting.clear();
    });
    return worker;
  }
}
