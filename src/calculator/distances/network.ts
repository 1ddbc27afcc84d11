import { greatCircleKm } from './geodesic.ts';

/** An edge of a network as its file has it: two nodes, its length and, for a crossing or a passage, its number. */
export interface Edge {
  readonly from: number;
  readonly to: number;
  readonly km: number;
  /** Number of the crossing or passage that this edge is; 0 is none. */
  readonly mark: number;
}

/** A place where a path may begin or end: a node, and the way between it and the place itself. */
export interface Access {
  readonly node: number;
  readonly km: number;
}

export interface Path {
  readonly km: number;
  /** The marks of its edges, in order, without 0 and repetitions. */
  readonly marks: readonly number[];
}

/**
 * Nodes joined by edges that may be followed both ways, in compressed rows: the edges of node i are those from
 * `starts[i]` to `starts[i + 1]`. Finds shortest paths with A*; no edge may be shorter than 0.99 of the great circle.
 */
export class Network {
  readonly lats: Float64Array;
  readonly lons: Float64Array;
  readonly #starts: Uint32Array;
  readonly #targets: Uint32Array;
  readonly #kms: Float64Array;
  readonly #marks: Uint16Array;
  // What one search writes and the next one finds again, so that a search allocates nothing of the network's size.
  readonly #searched: Uint32Array;
  readonly #best: Float64Array;
  readonly #previous: Int32Array;
  #search = 0;

  /** @param lats degrees, one a node; `lons` likewise */
  constructor(lats: Float64Array, lons: Float64Array, edges: readonly Edge[]) {
    this.lats = lats;
    this.lons = lons;
    const { length } = lats;
    this.#starts = new Uint32Array(length + 1);
    this.#targets = new Uint32Array(edges.length * 2);
    this.#kms = new Float64Array(edges.length * 2);
    this.#marks = new Uint16Array(edges.length * 2);
    for (const { from, to } of edges) {
      this.#starts[from + 1] = (this.#starts[from + 1] ?? 0) + 1;
      this.#starts[to + 1] = (this.#starts[to + 1] ?? 0) + 1;
    }
    for (let node = 0; node < length; node += 1) {
      this.#starts[node + 1] = (this.#starts[node + 1] ?? 0) + (this.#starts[node] ?? 0);
    }
    const next = this.#starts.slice(0, length);
    const add = (from: number, to: number, { km, mark }: Edge): void => {
      const at = next[from] ?? 0;
      this.#targets[at] = to;
      this.#kms[at] = km;
      this.#marks[at] = mark;
      next[from] = at + 1;
    };
    for (const edge of edges) {
      add(edge.from, edge.to, edge);
      add(edge.to, edge.from, edge);
    }
    this.#searched = new Uint32Array(length);
    this.#best = new Float64Array(length);
    this.#previous = new Int32Array(length);
  }

  /**
   * The shortest path that begins at one of `from` and ends at one of `to`, their ways included.
   *
   * @param closed marks of edges that may not be used
   * @returns `undefined` where there is none
   */
  shortestPath(
    from: readonly Access[],
    to: readonly Access[],
    closed: ReadonlySet<number> = new Set(),
  ): Path | undefined {
    const isClosed = (mark: number): boolean => closed.size > 0 && closed.has(mark);
    this.#search += 1;
    const queue = new Queue();
    const ends = new Map(to.map(({ node, km }) => [node, km]));
    const remaining = (node: number): number => {
      let least = Infinity;
      for (const { node: end, km } of to) least = Math.min(least, this.#greatCircleKm(node, end) * 0.99 + km);
      return least;
    };
    const reach = (node: number, km: number, edge: number): void => {
      if (this.#searched[node] === this.#search && (this.#best[node] ?? 0) <= km) return;
      this.#searched[node] = this.#search;
      this.#best[node] = km;
      this.#previous[node] = edge;
      queue.push(node, km, km + remaining(node));
    };
    for (const { node, km } of from) reach(node, km, -1);
    let found: { node: number; km: number } | undefined;
    for (;;) {
      const next = queue.pop();
      if (next === undefined || (found !== undefined && next.estimate >= found.km)) break;
      const { node, km } = next;
      if (km > (this.#best[node] ?? 0)) continue;
      const toEnd = ends.get(node);
      if (toEnd !== undefined && (found === undefined || km + toEnd < found.km)) found = { node, km: km + toEnd };
      const last = this.#starts[node + 1] ?? 0;
      for (let edge = this.#starts[node] ?? 0; edge < last; edge += 1) {
        if (isClosed(this.#marks[edge] ?? 0)) continue;
        reach(this.#targets[edge] ?? 0, km + (this.#kms[edge] ?? 0), edge);
      }
    }
    return found === undefined ? undefined : { km: found.km, marks: this.#marksTo(found.node) };
  }

  #greatCircleKm(from: number, to: number): number {
    return greatCircleKm(this.lats[from] ?? 0, this.lons[from] ?? 0, this.lats[to] ?? 0, this.lons[to] ?? 0);
  }

  /** Marks of the edges by which the last search came to a node. */
  #marksTo(end: number): readonly number[] {
    const marks: number[] = [];
    let node = end;
    for (let edge = this.#previous[node] ?? -1; edge >= 0; edge = this.#previous[node] ?? -1) {
      const mark = this.#marks[edge] ?? 0;
      if (mark !== 0 && marks.at(-1) !== mark) marks.push(mark);
      node = this.#sourceOf(edge);
    }
    return marks.toReversed();
  }

  /** The node whose row an edge is in. */
  #sourceOf(edge: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] ?? 0) <= edge) low = middle;
      else high = middle;
    }
    return low;
  }
}

interface Entry {
  readonly node: number;
  readonly km: number;
  readonly estimate: number;
}

/** A binary heap: the entry with the least estimate comes first. */
class Queue {
  readonly #entries: Entry[] = [];

  push(node: number, km: number, estimate: number): void {
    const entries = this.#entries;
    const entry = { node, km, estimate };
    let at = entries.length;
    entries.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = entries[parent];
      if (above === undefined || above.estimate <= estimate) break;
      entries[at] = above;
      at = parent;
    }
    entries[at] = entry;
  }

  pop(): Entry | undefined {
    const entries = this.#entries;
    const first = entries[0];
    const last = entries.pop();
    if (first === undefined || last === undefined || entries.length === 0) return first;
    let at = 0;
    for (;;) {
      const left = entries[2 * at + 1];
      if (left === undefined) break;
      const right = entries[2 * at + 2];
      const isRight = right !== undefined && right.estimate < left.estimate;
      const child = isRight ? right : left;
      if (child.estimate >= last.estimate) break;
      entries[at] = child;
      at = 2 * at + (isRight ? 2 : 1);
    }
    entries[at] = last;
    return first;
  }
}
