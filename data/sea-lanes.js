// Nodes and the lanes between them: a part of data/build-sea.js.
import { kmBetween, turned } from './sea-geometry.js';

// Nodes lie on a grid of 0.01 degree.
const keyOf = ([lon, lat]) => `${Math.round(turned(lon) * 100) || 0},${Math.round(lat * 100) || 0}`;

/** Puts an entry into a list in falling order of `km`. */
function insert(list, entry) {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle].km > entry.km) low = middle + 1;
    else high = middle;
  }
  list.splice(low, 0, entry);
}

/** A node knows its lanes by the node at their other end; a lane has its km and the number of its passage, 0 is none. */
export class Lanes {
  #nodes = new Map();

  get nodes() {
    return [...this.#nodes.values()];
  }

  get list() {
    return this.nodes.flatMap((from) =>
      [...from.lanes].filter(([to]) => to.key > from.key).map(([to, lane]) => ({ from, to, lane })),
    );
  }

  has(point) {
    return this.#nodes.has(keyOf(point));
  }

  /** The node at a point, made where there is none. */
  at(point) {
    const key = keyOf(point);
    const node = this.#nodes.get(key) ?? { key, at: key.split(',').map((part) => part / 100), lanes: new Map() };
    this.#nodes.set(key, node);
    return node;
  }

  join(from, to, passage = 0, km = kmBetween(from.at, to.at)) {
    if (from === to || from.lanes.get(to)?.km <= km) return;
    const lane = { km, passage };
    from.lanes.set(to, lane);
    to.lanes.set(from, lane);
  }

  cut(from, to) {
    from.lanes.delete(to);
    to.lanes.delete(from);
  }

  remove(node) {
    for (const other of node.lanes.keys()) other.lanes.delete(node);
    this.#nodes.delete(node.key);
  }

  /** The nodes to which lanes lead from one. */
  reachable(start) {
    const found = new Set([start]);
    for (const node of found) for (const other of node.lanes.keys()) found.add(other);
    return found;
  }

  /** Whether two nodes are joined by lanes of at most `limit` km (A*). */
  areWithin(from, to, limit) {
    const best = new Map([[from, 0]]);
    const queue = [{ node: from, km: 0, sofar: 0 }];
    while (queue.length > 0) {
      const { node, sofar } = queue.pop();
      if (node === to) return true;
      if (sofar > best.get(node)) continue;
      for (const [other, lane] of node.lanes) {
        const next = sofar + lane.km;
        const least = next + kmBetween(other.at, to.at);
        if (least > limit || next >= (best.get(other) ?? Infinity)) continue;
        best.set(other, next);
        insert(queue, { node: other, km: least, sofar: next });
      }
    }
    return false;
  }

  /** The lane by which the shortest way from a node comes to each other one. */
  #tree(start, closed) {
    const best = new Map([[start, { km: 0 }]]);
    const queue = [{ node: start, km: 0 }];
    while (queue.length > 0) {
      const { node, km } = queue.pop();
      if (km > best.get(node).km) continue;
      for (const [other, lane] of node.lanes) {
        const next = km + lane.km;
        if (closed.includes(lane.passage) || next >= (best.get(other)?.km ?? Infinity)) continue;
        best.set(other, { km: next, lane, before: node });
        insert(queue, { node: other, km: next });
      }
    }
    return best;
  }

  /** Leaves out the lanes that lie on no shortest way between two of the nodes, whichever passages are closed. */
  prune(ends, passages) {
    const used = new Set();
    for (const closed of passages) {
      for (const start of ends) {
        const tree = this.#tree(start, closed);
        const seen = new Set([start]);
        for (const end of ends) {
          for (let node = end; tree.has(node) && !seen.has(node); node = tree.get(node).before) {
            seen.add(node);
            used.add(tree.get(node).lane);
          }
        }
      }
    }
    for (const { from, to, lane } of this.list) if (!used.has(lane)) this.cut(from, to);
    for (const node of this.nodes) if (node.lanes.size === 0) this.remove(node);
  }

  /** Leaves out the nodes where only two lanes meet, but those of `kept`, and makes one lane of the two. */
  contract(kept) {
    for (const node of this.nodes) {
      const [one, two, ...more] = node.lanes;
      if (kept.has(node) || two === undefined || more.length > 0 || one[1].passage !== two[1].passage) continue;
      this.remove(node);
      this.join(one[0], two[0], one[1].passage, one[1].km + two[1].km);
    }
  }
}
