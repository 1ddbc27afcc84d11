// The graph that data/build-roads.js grows: nodes joined by straight lines.
import { kmBetween } from './roads-land.js';

export class Graph {
  /** Pairs of numbers of nodes. */
  edges = [];
  #nodes;
  #neighbours;
  // What one search writes and the next one finds again.
  #searched;
  #bests;
  #search = 0;

  /** @param nodes places with lat and lon */
  constructor(nodes) {
    this.#nodes = nodes;
    this.#neighbours = nodes.map(() => []);
    this.#searched = new Uint32Array(nodes.length);
    this.#bests = new Float64Array(nodes.length);
  }

  join(from, to, km) {
    this.#neighbours[from].push({ to, km });
    this.#neighbours[to].push({ to: from, km });
    this.edges.push([from, to]);
  }

  /** Whether a way between two nodes is not longer than a limit, km. */
  hasWay(from, to, limitKm) {
    this.#search += 1;
    const queue = [[from, 0]];
    this.#searched[from] = this.#search;
    this.#bests[from] = 0;
    while (queue.length > 0) {
      const [node, km] = takeLeast(queue);
      if (node === to) return true;
      if (km > this.#bests[node]) continue;
      for (const edge of this.#neighbours[node]) {
        const next = km + edge.km;
        if (next + kmBetween(this.#nodes[edge.to], this.#nodes[to]) > limitKm) continue;
        if (this.#searched[edge.to] === this.#search && this.#bests[edge.to] <= next) continue;
        this.#searched[edge.to] = this.#search;
        this.#bests[edge.to] = next;
        queue.push([edge.to, next]);
      }
    }
    return false;
  }

  /** Lengths of the shortest ways from a node to all others, km. */
  waysFrom(source) {
    const kms = new Float64Array(this.#nodes.length).fill(Infinity);
    kms[source] = 0;
    const heap = [[source, 0]];
    while (heap.length > 0) {
      const [node, km] = popHeap(heap);
      if (km > kms[node]) continue;
      for (const edge of this.#neighbours[node]) {
        const next = km + edge.km;
        if (next >= kms[edge.to]) continue;
        kms[edge.to] = next;
        pushHeap(heap, [edge.to, next]);
      }
    }
    return kms;
  }

  /** For each node the number of its land mass: what the edges join, and more pairs that are given. */
  masses(more = []) {
    const parents = this.#nodes.map((_, index) => index);
    const rootOf = (node) => {
      while (parents[node] !== node) {
        parents[node] = parents[parents[node]];
        node = parents[node];
      }
      return node;
    };
    for (const [from, to] of [...this.edges, ...more]) parents[rootOf(from)] = rootOf(to);
    return parents.map((_, node) => rootOf(node));
  }
}

/** Takes the entry with the least second item out of a short list. */
export function takeLeast(queue) {
  let least = 0;
  for (let at = 1; at < queue.length; at += 1) if (queue[at][1] < queue[least][1]) least = at;
  return queue.splice(least, 1)[0];
}

function pushHeap(heap, entry) {
  let at = heap.length;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (heap[parent][1] <= entry[1]) break;
    heap[at] = heap[parent];
    at = parent;
  }
  heap[at] = entry;
}

function popHeap(heap) {
  const [first] = heap;
  const last = heap.pop();
  if (heap.length === 0) return first;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && heap[child + 1][1] < heap[child][1]) child += 1;
    if (heap[child][1] >= last[1]) break;
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = last;
  return first;
}
