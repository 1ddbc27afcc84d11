import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { World } from '../support/account-world.ts';

/** A standard output of which little is read at a time. */
class SlowReader extends EventEmitter {
  readonly isTTY = false;
  readonly writableHighWaterMark = 16_384;
  total = 0;
  /** The most that has waited to be read. */
  most = 0;
  #waiting = 0;

  get writableNeedDrain(): boolean {
    return this.#waiting >= this.writableHighWaterMark;
  }

  write(text: string): boolean {
    this.total += text.length;
    this.#waiting += text.length;
    this.most = Math.max(this.most, this.#waiting);
    return !this.writableNeedDrain;
  }

  override once(event: string, listener: (...args: unknown[]) => void): this {
    super.once(event, listener);
    if (event === 'drain') {
      setImmediate(() => {
        this.#waiting = 0;
        this.emit('drain');
      });
    }
    return this;
  }
}

test('a slow reader of results holds up the run, and not the memory', async () => {
  const world = new World();
  const reader = new SlowReader();
  world.stdout = reader as unknown as NodeJS.WriteStream;
  const rows = Array.from({ length: 8000 }, (_row, at) => `M-${String(at)},2025-06-15,120,1000,kg,van_diesel`);
  const header = 'movement_id,shipment_date,distance_km,load,load_unit,toc';
  expect([await world.send([header, ...rows], { local: true, out: '-' }), world.failure]).toEqual([0, '']);
  expect(reader.total).toBeGreaterThan(400_000);
  expect(reader.most).toBeLessThan(reader.total / 2);
});
