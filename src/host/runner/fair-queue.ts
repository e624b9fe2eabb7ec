/** Whose turn something is. */
export interface Whose {
  readonly baseUrl: string;
  readonly connection: string;
}

/** Takes turns over base URLs, and within one over its connections; what a connection waits for goes in order. */
export class FairQueue<Item> {
  /** The next in turn first, as in the maps and lists within. */
  readonly #baseUrls = new Map<string, Map<string, Item[]>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add({ baseUrl, connection }: Whose, item: Item): void {
    const connections = this.#baseUrls.get(baseUrl) ?? new Map<string, Item[]>();
    const items = connections.get(connection) ?? [];
    items.push(item);
    connections.set(connection, items);
    this.#baseUrls.set(baseUrl, connections);
    this.#size += 1;
  }

  /** Takes out one that waits no longer; nothing happens where it is not there. */
  remove({ baseUrl, connection }: Whose, item: Item): void {
    const connections = this.#baseUrls.get(baseUrl);
    const items = connections?.get(connection);
    const place = items?.indexOf(item) ?? -1;
    if (connections === undefined || items === undefined || place < 0) {
      return;
    }
    items.splice(place, 1);
    this.#size -= 1;
    if (items.length === 0) {
      connections.delete(connection);
    }
    if (connections.size === 0) {
      this.#baseUrls.delete(baseUrl);
    }
  }

  /** Takes out the next in turn; its base URL and its connection go to the end of their lines. */
  next(): Item | undefined {
    for (const [baseUrl, connections] of this.#baseUrls) {
      for (const [connection, items] of connections) {
        const item = items.shift();
        this.#size -= 1;
        connections.delete(connection);
        if (items.length > 0) {
          connections.set(connection, items);
        }
        this.#baseUrls.delete(baseUrl);
        if (connections.size > 0) {
          this.#baseUrls.set(baseUrl, connections);
        }
        return item;
      }
    }
    return undefined;
  }
}
