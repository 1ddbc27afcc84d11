// Preloaded by a test to make the tool break its own promise: the last row of a chunk gets lost on its way to a report.
const { entries } = Array.prototype;

// oxlint-disable-next-line no-extend-native -- a defect has to come from somewhere
Array.prototype.entries = function entriesWithoutLastRow() {
  const isChunk = this.length > 1 && this[0]?.record !== undefined && this[0]?.json !== undefined;
  return entries.call(isChunk ? this.slice(0, -1) : this);
};
