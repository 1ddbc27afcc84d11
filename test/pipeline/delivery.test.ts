import { expect, test } from 'vitest';
import type { Chunk, Destination } from '../../src/destinations/destination.ts';
import { Delivery } from '../../src/pipeline/delivery.ts';
import { acceptedOutcome, chunkOf } from '../support/chunks.ts';

const chunk = (index: number): Chunk => chunkOf([{ movement_id: `M-${String(index)}` }], index);

/** A destination whose deliveries end when the test says so. */
function manual(concurrency: number) {
  const finish = new Map<number, () => void>();
  const state = { active: 0, mostActive: 0 };
  const destination: Destination = {
    resultColumns: [],
    concurrency,
    deliver: async ({ index }) => {
      state.active += 1;
      state.mostActive = Math.max(state.mostActive, state.active);
      await new Promise<void>((resolve) => {
        finish.set(index, resolve);
      });
      state.active -= 1;
      return acceptedOutcome([`id-${String(index)}`]);
    },
    target: { baseUrl: 'https://api.example', organizationId: '' },
    close: async () => {},
  };
  return { destination, finish: (index: number) => finish.get(index)?.(), state };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('chunks are settled in the order in which they were sent, and no more are in flight than allowed', async () => {
  const { destination, finish, state } = manual(2);
  const settled: number[] = [];
  const delivery = new Delivery(destination, ({ index }, outcome) => {
    expect(outcome).toEqual(acceptedOutcome([`id-${String(index)}`]));
    settled.push(index);
  });
  const sending = (async () => {
    for (let index = 0; index < 5; index += 1) await delivery.send(chunk(index));
    await delivery.drain();
  })();
  await turn();
  finish(1);
  await turn();
  expect(settled).toEqual([]);
  finish(0);
  await turn();
  expect(settled).toEqual([0, 1]);
  for (const index of [3, 2, 4]) {
    await turn();
    finish(index);
  }
  await turn();
  finish(4);
  await sending;
  expect(settled).toEqual([0, 1, 2, 3, 4]);
  expect(state.mostActive).toBe(2);
});

test('what goes wrong while settling ends the run', async () => {
  const { destination, finish } = manual(1);
  const delivery = new Delivery(destination, () => {
    throw new Error('disk full');
  });
  const sending = delivery.send(chunk(0));
  await turn();
  finish(0);
  await expect(sending).rejects.toThrow('disk full');
});
